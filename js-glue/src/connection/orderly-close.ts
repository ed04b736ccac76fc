import { Listeners } from '../listeners.js';
import type { Clock } from '../options.js';

/**
 * How long a connection outlives its channel at the most, in milliseconds. A channel is closed within one round trip; a lost
 * packet costs a second or two more; and a peer that never says that it closed keeps nothing here.
 */
const longest = 5_000;

/**
 * Closes the connection, after its channel where that still has something to bring to the peer: what has left its buffer may
 * be on its way, and is lost with the connection. `channelCloses`: the channel was told to close, and took it.
 */
export function closeInOrder(
  pc: RTCPeerConnection,
  channel: RTCDataChannel | undefined,
  channelCloses: boolean,
  clock: Clock,
): void {
  if (!channel || !channelCloses || !stillSpeaks(pc, channel)) {
    closeNow(pc);
    return;
  }
  const ends = [new Listeners(channel), new Listeners(pc)] as const;
  let timer: { handle: unknown } | undefined;
  const close = () => {
    for (const listeners of ends) listeners.removeAll();
    try {
      if (timer) clock.clearTimeout(timer.handle);
    } catch {
      // Then it fires, and closes what is closed.
    }
    closeNow(pc);
  };
  ends[0].on('close', close);
  ends[1].on('connectionstatechange', () => {
    if (pc.connectionState !== 'connected') close();
  });
  try {
    timer = { handle: clock.setTimeout(close, longest) };
  } catch {
    close();
  }
}

function stillSpeaks(pc: RTCPeerConnection, channel: RTCDataChannel): boolean {
  // In node-datachannel a channel begins to close a turn later, and stays open until then. The peer has to hear of it first:
  // browsers take the orderly end of libdatachannel's connection for none.
  if (channel.readyState === 'open') return true;
  // What is still in the buffer was thrown away, as the session has said of it; waiting for it would send it.
  return channel.readyState === 'closing' && channel.bufferedAmount === 0 && pc.connectionState === 'connected';
}

function closeNow(pc: RTCPeerConnection): void {
  try {
    pc.close();
  } catch {
    // The session is over all the same, and nothing listens to what it left behind.
  }
}
