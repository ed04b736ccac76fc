import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';

const PREFIX = 'peer_session_demo_';

/**
 * Figures for Prometheus. They are read from `stats()` when somebody asks. Labels are types and codes of the protocol: nothing
 * that a client makes up, and nothing of which there is any number.
 */
export function createMetrics(stats) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });

  const gauge = (name, help, read) =>
    new Gauge({
      name: `${PREFIX}${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(read(stats()));
      },
    });
  /** `read` gives [labels, total] pairs. */
  const counter = (name, help, labelNames, read) =>
    new Counter({
      name: `${PREFIX}${name}`,
      help,
      labelNames,
      registers: [registry],
      collect() {
        this.reset();
        for (const [labels, total] of read(stats())) this.inc(labels, total);
      },
    });

  gauge('sockets', 'WebSockets that are open', ({ sockets }) => sockets);
  gauge('rooms', 'Rooms with somebody in them', ({ rooms }) => rooms);
  counter('messages_total', 'Messages by direction and type', ['direction', 'type'], ({ messages }) =>
    Object.entries(messages).flatMap(([direction, byType]) =>
      Object.entries(byType).map(([type, total]) => [{ direction, type }, total]),
    ),
  );
  counter('bytes_total', 'Bytes of messages by direction', ['direction'], ({ bytes }) =>
    Object.entries(bytes).map(([direction, total]) => [{ direction }, total]),
  );
  gauge('bus_connected', 'Whether the bus is there; 1 without one', ({ bus }) => (bus === 'disconnected' ? 0 : 1));
  gauge('other_processes', 'Servers on the same bus', ({ otherProcesses }) => otherProcesses);
  counter('refusals_total', 'What was refused, by its code', ['code'], ({ refusals }) =>
    Object.entries(refusals).map(([code, total]) => [{ code }, total]),
  );
  return { contentType: registry.contentType, text: () => registry.metrics() };
}
