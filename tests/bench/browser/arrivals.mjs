// What arrives on all data channels of a page, whoever opens them and however many: the same measure for every strategy.

/** `begin` is given a new log with each call, and each entry is [bytes of all messages so far, milliseconds]. */
export function countArrivals(begin) {
  const log = [];
  let bytes = 0;
  const count = (channel) =>
    channel.addEventListener('message', ({ data }) => {
      bytes += typeof data === 'string' ? data.length : data.byteLength;
      log.push([bytes, performance.now()]);
    });
  const Native = (countArrivals.Native ??= globalThis.RTCPeerConnection);
  globalThis.RTCPeerConnection = class extends Native {
    constructor(...given) {
      super(...given);
      this.addEventListener('datachannel', ({ channel }) => count(channel));
    }

    createDataChannel(...given) {
      const channel = super.createDataChannel(...given);
      count(channel);
      return channel;
    }
  };
  begin(log);
}
