// What tests run inside a page: before anything else does (addInitScript), or in between (evaluate, waitForFunction).

/** Keeps every connection that was ever made to another page, in the order they were made. */
export function rememberConnections() {
  const made = [];
  Object.assign(window, { made });
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...args) {
      super(...args);
      this.addEventListener('connectionstatechange', () => {
        if (this.connectionState === 'connected') made.push(this);
      });
    }
  };
}

export const connectionsMade = () => Object(window).made.length;

export const startsTheConnection = () => Object(window).made[0].localDescription.type === 'offer';

export const breakConnection = () => Object(window).made[0].close();

export const isConnectedAnew = () => Object(window).made.at(1)?.connectionState === 'connected';

/** Whatever arrives stays unverified, so under way, until `verifyNow`. */
export function holdVerification() {
  const digest = crypto.subtle.digest.bind(crypto.subtle);
  const released = new Promise((resolve) => Object.assign(window, { verify: resolve }));
  crypto.subtle.digest = async (...args) => {
    Object.assign(window, { isVerifying: true });
    await released;
    return digest(...args);
  };
}

export const isVerifying = () => Object(window).isVerifying === true;

export const verifyNow = () => Object(window).verify();

/**
 * This page reads so many bytes of its files as ever, and the rest slowly until `readFast`: the middle of a transfer lasts as long as a test
 * needs it.
 */
export function readSlowlyFrom(fast) {
  const stream = Blob.prototype.stream;
  const piece = 128 * 1024;
  let isSlow = true;
  let read = 0;
  Object.assign(window, { readFast: () => (isSlow = false) });
  Blob.prototype.stream = function () {
    const slow = new window.TransformStream({
      async transform(chunk, controller) {
        for (let at = 0; at < chunk.length; at += piece) {
          read += piece;
          if (isSlow && read > fast) await new Promise((resolve) => setTimeout(resolve, 50));
          controller.enqueue(chunk.slice(at, at + piece));
        }
      },
    });
    return stream.call(this).pipeThrough(slow);
  };
}

export const readFast = () => Object(window).readFast();
