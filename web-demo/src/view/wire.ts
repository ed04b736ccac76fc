import type { WireEntry, WireLog } from '../session/wire-log.js';
import { byId, create, setText } from '../util/dom.js';
import { formatBytes, formatClock, plural } from '../util/format.js';

// What fits a few screens; a filter finds the rest.
const ROWS_SHOWN = 200;
// The eye follows no more, and a file of 15 MiB is hundreds of messages.
const REFRESH_MS = 200;

export function showWire(log: WireLog): void {
  const details = byId('wire', HTMLDetailsElement);
  const view = byId('wire-log', HTMLElement);
  const filter = byId('wire-filter', HTMLInputElement);
  const direction = byId('wire-direction', HTMLSelectElement);
  const pause = byId('wire-pause', HTMLInputElement);
  const count = byId('wire-count', HTMLElement);
  let timer: ReturnType<typeof setTimeout> | undefined;

  const matches = (entry: WireEntry): boolean =>
    (direction.value === '' || entry.direction === direction.value) &&
    `${entry.text} ${entry.peer}`.toLowerCase().includes(filter.value.trim().toLowerCase());

  const render = (): void => {
    timer = undefined;
    if (!details.open) return;
    const found = log.entries.filter(matches);
    const atEnd = view.scrollTop + view.clientHeight >= view.scrollHeight - 8;
    view.replaceChildren(...found.slice(-ROWS_SHOWN).map(buildLine));
    if (atEnd) view.scrollTop = view.scrollHeight;
    const shown = Math.min(found.length, ROWS_SHOWN);
    setText(count, `${plural(log.entries.length, 'entry', 'entries')}, ${found.length} match, the last ${shown} shown`);
  };
  const renderSoon = (): void => {
    if (details.open) timer ??= setTimeout(render, REFRESH_MS);
  };

  log.subscribe(renderSoon);
  details.addEventListener('toggle', render);
  filter.addEventListener('input', render);
  direction.addEventListener('change', render);
  pause.addEventListener('change', () => (log.paused = pause.checked));
  byId('wire-clear', HTMLButtonElement).addEventListener('click', () => log.clear());
}

function buildLine({ time, direction, peer, text, binary }: WireEntry): HTMLElement {
  const content = binary ? `${plural(binary.messages, 'binary message')}, ${formatBytes(binary.bytes)}` : text;
  return create(
    'div',
    { className: `line ${direction === 'in' ? 'receiving' : 'sending'}` },
    create('time', { text: formatClock(time) }),
    create('span', { className: 'way', text: direction === 'in' ? '↓ in' : '↑ out' }),
    create('bdi', { className: 'who', text: peer }),
    create('bdi', { className: binary ? 'content binary' : 'content', text: content }),
  );
}
