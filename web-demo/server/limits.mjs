// Every bound of the signalling server, with the arithmetic behind it and what it stops.
// Tests hand in smaller ones; nothing else in the server holds a number.

/** @typedef {{ [name in keyof typeof DEFAULT_LIMITS]: number }} Limits */

export const DEFAULT_LIMITS = Object.freeze({
  // An SDP with a data channel only is about 0.5 KiB and one with every codec of a browser about 10 KiB.
  // 64 KiB leaves room for long candidate lists; ws closes the socket (1009) before buffering more.
  maxMessageBytes: 64 * 1024,

  // Joining a full room costs (maxPeersPerRoom - 1) x (1 description + about 20 candidates) = 147 messages at once.
  // Twice that as a burst covers a rejoin in the same moment; afterwards signalling is almost silent, so 50 a
  // second is generous. Stops a client from using the server as an amplifier towards the rest of its room.
  burstMessages: 300,
  messagesPerSecond: 50,

  // A mesh of n peers opens n(n-1)/2 connections; beyond 8 a browser's upload is the limit anyway.
  maxPeersPerRoom: 8,

  // Of one process; shared ones count in each. With maxPeersPerRoom this bounds connections to 32,000, at 20 KiB of memory
  // for each (web-demo/README.md) some 650 MiB. 10,000 clients in 2,500 rooms fit into one process when all others fail.
  maxRooms: 4_000,

  // A client that is merely out of date gets an answer it can log; one that keeps talking rubbish is dropped.
  maxBadMessages: 5,

  // A receiver that stopped reading must not make the server hoard what others send it. 1 MiB is 16 messages of
  // the largest size, or some hundred typical ones.
  maxBufferedBytes: 1024 * 1024,

  // A dead socket (closed lid, lost network) is noticed after one to two intervals. Most proxies cut idle
  // connections after 60 s, so the ping keeps live ones open as well.
  heartbeatMs: 20_000,

  // An office, a school or a mobile network may have one address for many: 64 is eight full rooms. It is also what one
  // machine can take of the 32,000 places, so that it needs 500 addresses to take them all.
  maxConnectionsPerAddress: 64,

  // After a restart everyone comes back at once and, with a page reloaded here and there, once more: twice the
  // connections. Afterwards 4 a second is a reload by each of the 64 every 16 s.
  burstHandshakes: 128,
  handshakesPerSecond: 4,

  // What is remembered of an address is about 0.3 KiB, so 3 MiB. Who is forgotten gets a new burst, and that takes
  // knocks from 10,000 other addresses.
  maxTrackedAddresses: 10_000,

  // TCP connections: the 32,000 of full rooms and 2,000 that load the page or are being refused.
  maxSockets: 34_000,

  // A request has no body and some hundred bytes of headers; a slow one must not hold a socket for longer.
  requestMs: 10_000,

  // What was refused is said in one line for all of a minute, so that a flood fills no disk: 1,440 lines a day.
  reportMs: 60_000,

  // Each process tells the others so often that it is there, and one that was silent for so long is gone with its members.
  // Nobody waits for that who comes back to another process: they take their own places. A busy machine must not look gone.
  processHeartbeatMs: 1_000,
  processGoneMs: 5_000,

  // Who comes into a room waits for what other processes know of it. They answer in milliseconds; one that hangs must
  // not hold up a join.
  presenceAnswerMs: 1_000,

  // What was lost on the way between processes is healed after this at the latest, for 1,000 rooms by 3 questions a second.
  presenceRefreshMs: 300_000,

  // When another process has died, all its clients come within a second. Those that find the queue full are not refused:
  // TCP tries again by itself after 1, 3, 7, 15 and 31 seconds. (Linux takes 4,096 at the most unless it is told otherwise.)
  waitingConnections: 4_096,

  // How long a closing server waits for clients to answer its close frame before it cuts them.
  shutdownGraceMs: 1_000,

  // A stop that hangs all the same ends the process. systemd waits 90 s, Docker 10 s before they kill it.
  stopMs: 8_000,
});
