import type { Transfer } from '../session/model.js';
import type { Store } from '../session/store.js';
import { texts } from '../texts/current.js';
import { button, byId, create, setText } from '../util/dom.js';
import { formatBytes, formatNumber, formatPercent, formatRemaining, formatSpeed } from '../util/format.js';
import { KeyedList, type Row } from '../util/keyed-list.js';

const words = texts.transfers;

export function showTransfers(store: Store, tryAgain: (transfer: Transfer) => void): void {
  const empty = byId('transfers-empty', HTMLElement);
  const activeCount = byId('active-count', HTMLElement);
  const finished = byId('finished', HTMLDetailsElement);
  const finishedCount = byId('finished-count', HTMLElement);

  const dismiss = (key: string): void => store.transfers.delete(key);
  const build = (transfer: Transfer): Row<Transfer> => buildRow(transfer, dismiss, tryAgain);

  // A failed one stays among the active: it wants a decision.
  new KeyedList(byId('active-transfers', HTMLElement), store.transfers, build, {
    accepts: (transfer) => transfer.state !== 'complete',
    onFlush(shown) {
      empty.hidden = shown > 0;
      setText(activeCount, shown > 0 ? formatNumber(shown) : '');
    },
  });
  new KeyedList(byId('finished-transfers', HTMLElement), store.transfers, build, {
    accepts: (transfer) => transfer.state === 'complete',
    newestFirst: true,
    onFlush(shown) {
      finished.hidden = shown === 0;
      setText(finishedCount, formatNumber(shown));
    },
  });
}

function buildRow(
  first: Transfer,
  dismiss: (key: string) => void,
  tryAgain: (transfer: Transfer) => void,
): Row<Transfer> {
  const receiving = first.direction === 'receive';
  const details = create('span', { className: 'details' });
  const percent = create('span', { className: 'percent' });
  const bar = create('progress', { label: (receiving ? words.receivingThis : words.sendingThis)(first.name) });
  bar.max = Math.max(first.size, 1);
  const element = create(
    'li',
    { className: 'row transfer', testid: 'transfer' },
    create('span', { className: receiving ? 'arrow receiving' : 'arrow sending', text: receiving ? '↓' : '↑' }),
    create(
      'span',
      { className: 'grow' },
      create(
        'span',
        { className: 'name-line' },
        create('bdi', { className: 'name', text: first.name, title: first.name }),
        percent,
      ),
      bar,
      details,
    ),
  );
  element.dataset['direction'] = first.direction;
  let shown = first;
  const again = button(words.tryAgain, words.tryAgainThis(first.name), () => tryAgain(shown));
  const away = button(words.dismiss, words.dismissThis(first.name), () => dismiss(first.key), 'quiet');
  return {
    element,
    update(transfer) {
      shown = transfer;
      element.dataset['state'] = transfer.state;
      // An empty file is all there once it is complete.
      bar.value = transfer.state === 'complete' ? bar.max : transfer.bytes;
      bar.hidden = !['waiting', 'running'].includes(transfer.state);
      setText(percent, transfer.state === 'running' ? formatPercent(transfer.bytes, transfer.size) : '');
      setText(details, describe(transfer));
      const canTryAgain = receiving && transfer.state === 'failed';
      const canGo = transfer.state === 'failed' || transfer.state === 'asked';
      if (!canTryAgain && again.contains(document.activeElement)) away.focus();
      showIn(element, again, canTryAgain);
      showIn(element, away, canGo);
    },
  };
}

function showIn(row: HTMLElement, control: HTMLElement, isShown: boolean): void {
  if (isShown !== control.isConnected) {
    if (isShown) row.append(control);
    else control.remove();
  }
}

function describe({ direction, peerName, size, bytes, bytesPerSecond, state, reason }: Transfer): string {
  const other = (direction === 'receive' ? words.from : words.to)(peerName);
  switch (state) {
    case 'asked':
      return `${formatBytes(size)} · ${words.asked}`;
    case 'waiting':
      return `${formatBytes(size)} · ${other} · ${words.waiting}`;
    case 'running': {
      const speed =
        bytesPerSecond > 0
          ? `${formatSpeed(bytesPerSecond)} · ${formatRemaining((size - bytes) / bytesPerSecond)} · `
          : '';
      return `${words.progress(formatBytes(bytes), formatBytes(size))} · ${speed}${other}`;
    }
    case 'complete':
      return `${formatBytes(size)} · ${other}`;
    case 'failed':
      return (direction === 'receive' ? words.failedFrom : words.failedTo)(peerName, reason);
    default:
      return `${formatBytes(size)} · ${other}`;
  }
}
