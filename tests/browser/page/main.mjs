import { made, Party } from './party.mjs';
import { holdHashes } from './phases.mjs';

/** What the test script drives, by the name of the session. */
window.parties = new Map();

window.makeParty = (given) => {
  const sendSignal = (signal) => void window.relaySignal(given.name, signal);
  const iceServers = given.asksForServers ? () => window.askForServers(given.name) : [];
  window.parties.set(given.name, new Party({ ...given, sendSignal, iceServers }));
};

window.handleSignal = (name, signal) => void window.parties.get(name)?.session.handleSignal(signal);

window.holdHashes = holdHashes;

window.countReachable = () =>
  Object.fromEntries(Object.entries(made).map(([kind, refs]) => [kind, refs.filter((ref) => ref.deref()).length]));

window.isReady = true;
