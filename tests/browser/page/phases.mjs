// Moments in the life of a session at which one side closes it, from within the very callback that says it has come.

const midFile = 512 * 1024;

const close = ({ session }) => {
  session.close();
};

/** Each is what `Party` takes as `on`; keyed by who closes, then by when. */
export const phases = {
  receiver: {
    'offer only': { offer: close },
    pulled: { offer: close },
    'mid-file': {
      progress: (party, direction) => direction === 'receive' && reached(party, direction) && close(party),
    },
    'between files': { image: close },
  },
  sender: {
    pulled: {
      // The wire is seen before the engine sees it; the session may be closed only after.
      wire: (party, way, message) => {
        const isPull = way === 'in' && typeof message === 'string' && JSON.parse(message).type === 'pull-request';
        if (isPull) queueMicrotask(() => close(party));
      },
    },
    'mid-file': { progress: (party, direction) => direction === 'send' && reached(party, direction) && close(party) },
    'between files': { sent: close },
  },
};

function reached(party, direction) {
  return party.bytes[direction] >= midFile;
}

/** While it is held, no hash comes to its end. `isAsked` resolves when the first one was asked for. */
export function holdHashes() {
  const { subtle } = crypto;
  const digest = subtle.digest.bind(subtle);
  let asked = () => {};
  let release = () => {};
  const isAsked = new Promise((resolve) => (asked = resolve));
  const isReleased = new Promise((resolve) => (release = resolve));
  subtle.digest = async (...args) => {
    asked();
    await isReleased;
    return digest(...args);
  };
  return {
    isAsked,
    release: () => {
      subtle.digest = digest;
      release();
    },
  };
}
