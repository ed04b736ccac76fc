import { made, Party } from './party.mjs';
import { holdHashes } from './phases.mjs';

/** What the test script drives, by the name of the session. */
window.parties = new Map();

window.makeParty = (given) => {
  const sendSignal = (signal) => void window.relaySignal(given.name, signal);
  window.parties.set(given.name, new Party({ ...given, sendSignal }));
};

window.handleSignal = (name, signal) => void window.parties.get(name)?.session.handleSignal(signal);

window.holdHashes = holdHashes;

window.countReachable = () =>
  Object.fromEntries(Object.entries(made).map(([kind, refs]) => [kind, refs.filter((ref) => ref.deref()).length]));

window.isReady = true;
