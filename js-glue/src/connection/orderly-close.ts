import { Listeners } from '../basics/listeners.js';

/**
 * Connections that outlive their channel at once, over all sessions of a page. A channel is closed within a round trip; a peer
 * that never says that it closed keeps no more than these; Chromium has 500 for a page.
 */
const most = 64;
const outliving: (() => void)[] = [];

/** What of a channel tells its end. */
export interface ChannelEnd extends EventTarget {
  readonly readyState: RTCDataChannelState;
}

/**
 * Closes the connection, after its channel where that still has something to bring to the peer: what has left its buffer may
 * be on its way, and is lost with the connection. `channelCloses`: the channel was told to close, and took it.
 */
export function closeInOrder(pc: RTCPeerConnection, channel: ChannelEnd | undefined, channelCloses: boolean): void {
  if (!channel || !channelCloses || !stillSpeaks(pc, channel)) {
    closeNow(pc);
    return;
  }
  const ofChannel = new Listeners(channel);
  const ofConnection = new Listeners(pc);
  const close = () => {
    ofChannel.removeAll();
    ofConnection.removeAll();
    const at = outliving.indexOf(close);
    if (at >= 0) outliving.splice(at, 1);
    closeNow(pc);
  };
  ofChannel.on('close', close);
  ofConnection.on('connectionstatechange', () => {
    if (pc.connectionState !== 'connected') close();
  });
  outliving.push(close);
  if (outliving.length > most) outliving[0]?.();
}

function stillSpeaks(pc: RTCPeerConnection, channel: ChannelEnd): boolean {
  // In node-datachannel a channel begins to close a turn later, and stays open until then. The peer has to hear of it first:
  // browsers take the orderly end of libdatachannel's connection for none.
  if (channel.readyState === 'open') return true;
  // What is still in the buffer goes out before the channel closes, and the last of it says that the end is meant. The session has
  // counted the files in it as not sent, which the peer takes or leaves.
  return channel.readyState === 'closing' && pc.connectionState === 'connected';
}

function closeNow(pc: RTCPeerConnection): void {
  try {
    pc.close();
  } catch {
    // The session is over all the same, and nothing listens to what it left behind.
  }
}
