// A module of its own, so that the bundle takes this one function of the library and none of the others.
export { sha256 } from 'hash-wasm';
