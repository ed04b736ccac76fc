import type { MainModule } from 'virtual:engine';
import { PeerSessionError } from '../errors.js';

let provide: (() => MainModule) | undefined;
let engine: MainModule | undefined;

/** Says where the engine comes from; it is made when the first session needs it, so that importing costs nothing. */
export function provideEngine(provider: () => MainModule): void {
  provide = provider;
}

export function useEngine(): MainModule {
  if (engine === undefined) {
    if (provide === undefined) throw new PeerSessionError('not-loaded');
    engine = provide();
  }
  return engine;
}
