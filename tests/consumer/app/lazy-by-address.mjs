import { load, PeerSession } from 'peer-session/lazy';
import { exchange } from './exchange.mjs';
import { report } from './report.mjs';

report(load({ wasm: new URL('assets/engine.wasm', document.baseURI) }).then(() => exchange(PeerSession)));
