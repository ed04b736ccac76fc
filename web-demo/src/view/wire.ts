import { toJsonLines, type WireEntry, type WireLog } from '../session/wire-log.js';
import { texts } from '../texts/current.js';
import { byId, create, setText } from '../util/dom.js';
import { formatBytes, formatClock, formatNumber } from '../util/format.js';
import { save } from './save.js';
import { WireKinds } from './wire-kinds.js';

// What fits a few screens; a filter finds the rest.
const ROWS_SHOWN = 200;
// The eye follows no more, and a file of 15 MiB is hundreds of messages.
const REFRESH_MS = 200;
const ID_SHOWN = 8;

export function showWire(log: WireLog): void {
  const details = byId('wire', HTMLDetailsElement);
  const total = byId('wire-total', HTMLElement);
  const scroll = byId('wire-scroll', HTMLElement);
  const body = byId('wire-log', HTMLTableSectionElement);
  const empty = byId('wire-empty', HTMLElement);
  const filter = byId('wire-filter', HTMLInputElement);
  const direction = byId('wire-direction', HTMLSelectElement);
  const pause = byId('wire-pause', HTMLInputElement);
  const count = byId('wire-count', HTMLElement);
  const rows = new WeakMap<WireEntry, Row>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** What was there when the view was paused; the log itself goes on. */
  let held: WireEntry[] | undefined;

  const matches = (entry: WireEntry): boolean =>
    (direction.value === '' || entry.direction === direction.value) &&
    kinds.includes(entry.kind) &&
    `${entry.kind} ${entry.transferId ?? ''} ${entry.text} ${entry.peer}`
      .toLowerCase()
      .includes(filter.value.trim().toLowerCase());
  const rowOf = (entry: WireEntry): Row => {
    let row = rows.get(entry);
    if (!row) {
      row = buildRow(entry, (id) => {
        filter.value = id;
        render();
      });
      rows.set(entry, row);
    }
    return row;
  };

  const render = (): void => {
    timer = undefined;
    const entries = held ?? log.entries;
    setText(total, log.entries.length > 0 ? formatNumber(log.entries.length) : '');
    if (!details.open) return;
    kinds.update(entries);
    const found = entries.filter(matches);
    const shown = found.slice(-ROWS_SHOWN).map(rowOf);
    const isAtEnd = scroll.scrollTop + scroll.clientHeight >= scroll.scrollHeight - 8;
    if (!held) for (const row of shown) row.update();
    arrange(
      body,
      shown.map(({ element }) => element),
    );
    if (isAtEnd && !held) scroll.scrollTop = scroll.scrollHeight;
    empty.hidden = shown.length > 0;
    setText(empty, entries.length === 0 ? texts.wire.none : texts.wire.noneFits);
    setText(count, summary(entries.length, found.length, shown.length, held ? log.entries.length - held.length : 0));
  };
  const kinds = new WireKinds(byId('wire-kinds', HTMLElement), render);
  const renderSoon = (): void => {
    timer ??= setTimeout(render, REFRESH_MS);
  };

  log.subscribe(renderSoon);
  details.addEventListener('toggle', render);
  filter.addEventListener('input', render);
  direction.addEventListener('change', render);
  pause.addEventListener('change', () => {
    held = pause.checked ? [...log.entries] : undefined;
    render();
  });
  byId('wire-clear', HTMLButtonElement).addEventListener('click', () => {
    if (held) held = [];
    log.clear();
    render();
  });

  const lines = (): string => toJsonLines((held ?? log.entries).filter(matches));
  const copy = byId('wire-copy', HTMLButtonElement);
  copy.addEventListener('click', () => {
    navigator.clipboard.writeText(lines()).then(
      () => setText(copy, texts.wire.copied),
      () => setText(copy, texts.wire.notCopied),
    );
  });
  copy.addEventListener('blur', () => setText(copy, texts.wire.copy));
  byId('wire-save', HTMLButtonElement).addEventListener('click', () => {
    save(new Blob([lines()], { type: 'application/x-ndjson' }), 'wire.jsonl');
  });
}

function summary(all: number, found: number, shown: number, missed: number): string {
  const parts = [texts.wire.fit(formatNumber(found), all)];
  if (shown < found) parts.push(texts.wire.lastShown(formatNumber(shown)));
  if (missed > 0) parts.push(texts.wire.paused(formatNumber(missed)));
  return parts.join('; ');
}

interface Row {
  readonly element: HTMLTableRowElement;
  update(): void;
}

function buildRow(entry: WireEntry, filterBy: (transferId: string) => void): Row {
  const { time, direction, peer, kind, transferId, text } = entry;
  const size = create('td', { className: 'number' });
  const content = create('td', { className: 'content' });
  const isBinary = kind === 'binary';
  if (!isBinary) content.append(message(text));
  const transfer = create('td', { className: 'transfer-id' });
  if (transferId !== undefined) {
    const pick = create('button', {
      text: transferId.slice(0, ID_SHOWN),
      title: transferId,
      label: texts.wire.onlyTransfer(transferId),
    });
    pick.type = 'button';
    pick.addEventListener('click', () => filterBy(transferId));
    transfer.append(pick);
  }
  const element = create(
    'tr',
    { className: `line ${direction === 'in' ? 'receiving' : 'sending'}` },
    create('td', { className: 'time', text: formatClock(time) }),
    create('td', { className: 'way', text: direction === 'in' ? texts.wire.in : texts.wire.out }),
    create('td', { className: 'who' }, create('bdi', { text: peer, title: peer })),
    create('td', {}, create('span', { className: 'kind-name', text: kind })),
    size,
    transfer,
    content,
  );
  return {
    element,
    update() {
      setText(size, formatBytes(entry.bytes));
      if (isBinary) setText(content, texts.wire.binary(entry.messages));
    },
  };
}

/** One line of it, and all of it in readable lines for who opens it. */
function message(text: string): HTMLElement {
  const whole = create('pre');
  const details = create('details', {}, create('summary', {}, create('bdi', { text })), whole);
  details.addEventListener('toggle', () => setText(whole, details.open ? readable(text) : ''));
  return details;
}

function readable(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}

/** Moves only what is not in its place, so that an open selection, the focus and the scroll position stay. */
function arrange(parent: HTMLElement, wanted: readonly HTMLElement[]): void {
  const kept = new Set<Element>(wanted);
  for (const child of [...parent.children]) if (!kept.has(child)) child.remove();
  let at = parent.firstElementChild;
  for (const element of wanted) {
    if (element === at) at = at.nextElementSibling;
    else parent.insertBefore(element, at);
  }
}
