import { PeerSession } from 'peer-session/worker';
import { exchange } from './exchange.mjs';
import { report } from './report.mjs';

// The page has no channel that a lane could be offered on.
report(exchange(PeerSession, {}, { offersLane: false }));
