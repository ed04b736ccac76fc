/** The engine, as pack.mjs writes it; the build puts it here (see bundle.mjs). */
declare module 'virtual:engine-wasm' {
  export const packed: string;
  /** Bytes of the engine. */
  export const size: number;
  /** The module that reads it, in base64. */
  export const unpacker: string;
}

/** That of package.json. */
declare const packageVersion: string;
