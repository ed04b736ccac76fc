import { made, Party } from './party.mjs';
import { holdHashes, phases } from './phases.mjs';

/** What the test script drives, by the name of the session. */
window.parties = new Map();

window.makeParty = ({ closes, ...given }) => {
  const on = closes ? phases[closes.role][closes.phase] : {};
  window.parties.set(given.name, new Party({ ...given, on }));
};

window.handleSignal = (name, signal) => void window.parties.get(name)?.session.handleSignal(signal);

window.holdHashes = holdHashes;

window.countReachable = () =>
  Object.fromEntries(Object.entries(made).map(([kind, refs]) => [kind, refs.filter((ref) => ref.deref()).length]));

window.isReady = true;
