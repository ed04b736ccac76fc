// A module of its own, so that the rest of the package does not depend on the library.
export { sha256 } from '@noble/hashes/sha2.js';
