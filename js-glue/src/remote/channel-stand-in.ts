import type { ChannelEnd } from '../connection/orderly-close.js';

/** Tells the end of a channel that is on another thread: what is left of it here calls itself closed from the beginning. */
export class ChannelStandIn extends EventTarget implements ChannelEnd {
  readyState: RTCDataChannelState = 'open';

  end(): void {
    if (this.readyState === 'closed') return;
    this.readyState = 'closed';
    this.dispatchEvent(new Event('close'));
  }
}
