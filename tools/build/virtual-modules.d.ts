/** The engine's bytes, raw deflate in base64; the build puts them here (see bundle.mjs). */
declare module 'virtual:engine-wasm' {
  const base64: string;
  export default base64;
}
