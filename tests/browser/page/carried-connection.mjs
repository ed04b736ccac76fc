// Runs in a page. What a session says over its own channel passes nobody who carries its signals; descriptions of further
// connections would lead past the path that the test has made. So the connection itself asks for what it is to be told.

/**
 * For the option `RTCPeerConnection`: `carry` is given each description of the peer, and resolves with what is applied; `made` is
 * told of each connection.
 *
 * @param {(description: any) => any} carry
 * @param {(pc: RTCPeerConnection) => void} [made]
 */
export function carriedConnection(carry, made = () => {}) {
  return class extends globalThis.RTCPeerConnection {
    constructor(configuration) {
      super(configuration);
      made(this);
    }

    /** @override */
    async setRemoteDescription(description) {
      const { type, sdp } = description;
      return super.setRemoteDescription(await carry({ type, sdp }));
    }
  };
}
