export default {
  // Next itself lies further up.
  turbopack: { root: process.env.REPOSITORY },
};
