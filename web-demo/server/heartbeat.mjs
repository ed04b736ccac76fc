/**
 * Drops sockets that no longer answer. Without it a laptop that closed its lid stays in its room until TCP gives
 * up, which can take a quarter of an hour.
 */
export function startHeartbeat(sockets, intervalMs) {
  const awaitingPong = new WeakSet();
  const timer = setInterval(() => {
    for (const socket of sockets()) {
      if (awaitingPong.has(socket)) {
        socket.terminate();
        continue;
      }
      awaitingPong.add(socket);
      socket.once('pong', () => awaitingPong.delete(socket));
      socket.ping();
    }
  }, intervalMs);
  // A forgotten stop() must not keep a process alive.
  timer.unref();
  return () => clearInterval(timer);
}
