import { PeerSessionError } from './api/errors.js';
import { tagOf } from './basics/bytes.js';
import { instantiate } from './engine/instantiate.js';
import { provideEngine } from './engine/runtime.js';
import { driveHere } from './session/drive-here.js';
import { provideDrivers } from './session/driver.js';

export { PeerSession } from './session/peer-session.js';
export type { Identity, OnImage } from './api/types.js';
export * from './exports.js';

provideDrivers(driveHere);

/** Where the engine comes from. */
export interface LoadOptions {
  /** An address, the bytes, or a compiled module. Default: `engine.wasm` beside this file. */
  wasm?: URL | string | BufferSource | WebAssembly.Module;
}

let loading: Promise<void> | undefined;

/**
 * Loads the engine, once; later calls wait for the first one. Sessions can be created as soon as it resolves.
 *
 * @throws {@link PeerSessionError} `load-failed`, with the cause; then it may be called again.
 */
export async function load(options: LoadOptions = {}): Promise<void> {
  loading ??= loadEngine(options.wasm ?? new URL('./engine.wasm', import.meta.url)).catch((cause: unknown) => {
    loading = undefined;
    throw new PeerSessionError('load-failed', { cause });
  });
  await loading;
}

async function loadEngine(source: Source): Promise<void> {
  const module = await compile(source);
  provideEngine(() => instantiate(module));
}

async function compile(source: Source): Promise<WebAssembly.Module> {
  if (isModule(source)) return source;
  if (typeof source !== 'string' && !isAddress(source)) return WebAssembly.compile(source);
  const response = await fetch(source);
  if (!response.ok) throw new Error(`${response.url} answered ${String(response.status)}`);
  // Not compileStreaming: it insists on the type application/wasm, which many static servers do not send.
  return WebAssembly.compile(await response.arrayBuffer());
}

type Source = NonNullable<LoadOptions['wasm']>;

// By what they say of themselves: they may be of another realm.
const isModule = (source: Source): source is WebAssembly.Module => tagOf(source) === 'WebAssembly.Module';
const isAddress = (source: Source): source is URL => tagOf(source) === 'URL';
