/** The engine's bytes, as printable.mjs writes them; the build puts them here (see bundle.mjs). */
declare module 'virtual:engine-wasm' {
  const printable: string;
  export default printable;
}

/** That of package.json. */
declare const packageVersion: string;
