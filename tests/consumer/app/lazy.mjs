import { load, PeerSession } from 'peer-session/lazy';
import { exchange } from './exchange.mjs';
import { report } from './report.mjs';

report(load().then(() => exchange(PeerSession)));
