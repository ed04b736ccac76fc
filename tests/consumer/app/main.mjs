import { PeerSession } from 'peer-session';
import { exchange } from './exchange.mjs';
import { report } from './report.mjs';

report(exchange(PeerSession));
