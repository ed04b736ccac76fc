// @ts-check
// Runs in a process of its own, with the platform's clock: a file arrives in part, and then its session is over.
import { makeFile } from './files.mjs';
import { connectRaw } from './sessions.mjs';

const file = makeFile(10_000);
const { session, peer } = await connectRaw({ options: { clock: undefined } });
peer.offer(file, 'x');
session.pullFile('x');
peer.meta(file, 'x');
peer.say(file.bytes.subarray(0, 5000));
session.close();
process.stdout.write('kept\n');
