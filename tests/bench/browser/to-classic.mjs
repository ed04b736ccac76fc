// The package, sending to a peer that knows no `ack` and answers pings: the class that it replaces.
import { ClassicLink } from './classic.mjs';
import { PackageLink } from './package.mjs';

class ClassicReceiverLink extends ClassicLink {
  constructor(side, { isSilent = false }, emit) {
    super(side, {}, ({ type, sdp, ...more }) =>
      emit({ type, ...(sdp && { sdp: { type, sdp } }), ...more, senderId: side, targetId: 'a' }),
    );
    void this.opened.then(() => {
      this.channel.addEventListener('message', ({ data }) => {
        if (!isSilent && data === '{"type":"ping"}') this.channel.send('{"type":"pong"}');
      });
    });
  }

  handleSignal({ type, sdp, candidate }) {
    return super.handleSignal(sdp ?? { type, candidate });
  }
}

/** Side "a" sends, and is the package. */
export class ToClassicLink {
  constructor(side, { isSilent, ...options }, emit) {
    return side === 'a' ? new PackageLink(side, options, emit) : new ClassicReceiverLink(side, { isSilent }, emit);
  }
}
