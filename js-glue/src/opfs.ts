export { OpfsStore, type OpfsStoreOptions, type StoredFile } from './opfs/opfs-store.js';
