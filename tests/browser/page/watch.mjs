// For tests that must see or touch what a session keeps to itself: its connection, and each message that it hands over.

/** In the order they were made. */
export const connections = [];
const sends = new WeakMap();

export function watch() {
  const { RTCPeerConnection, RTCDataChannel } = window;
  const { send } = RTCDataChannel.prototype;
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...args) {
      super(...args);
      connections.push(this);
      this.channels = [];
      this.addEventListener('datachannel', ({ channel }) => this.channels.push(channel));
    }

    createDataChannel(...args) {
      const channel = super.createDataChannel(...args);
      this.channels.push(channel);
      return channel;
    }
  };
  RTCDataChannel.prototype.send = function (data) {
    sends.set(this, (sends.get(this) ?? 0) + 1);
    return send.call(this, data);
  };
}

/** How many messages that connection's channels were given. */
export function sent(connection) {
  return connection.channels.reduce((sum, channel) => sum + (sends.get(channel) ?? 0), 0);
}
