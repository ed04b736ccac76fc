import type { Transfer } from '../session/model.js';
import type { Store } from '../session/store.js';
import { failureText, texts } from '../texts/current.js';
import { byId, create, setText } from '../util/dom.js';
import { formatBytes, formatNumber, formatPercent, formatRemaining, formatSpeed } from '../util/format.js';
import { KeyedList, type Row } from '../util/keyed-list.js';
import { transferControls, type TransferActions } from './transfer-controls.js';

const words = texts.transfers;

export function showTransfers(store: Store, actions: TransferActions): void {
  const empty = byId('transfers-empty', HTMLElement);
  const activeCount = byId('active-count', HTMLElement);
  const finished = byId('finished', HTMLDetailsElement);
  const finishedCount = byId('finished-count', HTMLElement);

  const build = (transfer: Transfer): Row<Transfer> => buildRow(transfer, actions);

  // One that has not arrived stays among the active: it wants a decision.
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

function buildRow(first: Transfer, actions: TransferActions): Row<Transfer> {
  const receiving = first.direction === 'receive';
  const details = create('span', { className: 'details' });
  const percent = create('span', { className: 'percent' });
  const bar = create('progress', { label: (receiving ? words.receivingThis : words.sendingThis)(first.name) });
  bar.max = Math.max(first.size, 1);
  const controls = create('span', { className: 'buttons' });
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
    controls,
  );
  element.dataset['direction'] = first.direction;
  const control = transferControls(first, controls, actions);
  return {
    element,
    update(transfer) {
      if (element.dataset['state'] !== transfer.state) element.dataset['state'] = transfer.state;
      // An empty file is all there once it is complete.
      const done = transfer.state === 'complete' ? bar.max : transfer.bytes;
      // Writing what is there already would count as a change of the page.
      if (bar.value !== done) bar.value = done;
      bar.hidden = !['waiting', 'running', 'paused'].includes(transfer.state);
      const isMoving = transfer.state === 'running' || transfer.state === 'paused';
      setText(percent, isMoving ? formatPercent(transfer.bytes, transfer.size) : '');
      setText(details, describe(transfer));
      control(transfer);
    },
  };
}

function describe(transfer: Transfer): string {
  const { direction, peerName, size, bytes, bytesPerSecond, state, by, code, reason } = transfer;
  const other = (direction === 'receive' ? words.from : words.to)(peerName);
  switch (state) {
    case 'asked':
      return `${formatBytes(size)} · ${askedText(transfer)}`;
    case 'waiting':
      return `${formatBytes(size)} · ${other} · ${words.waiting}`;
    case 'running': {
      const speed =
        bytesPerSecond > 0
          ? `${formatSpeed(bytesPerSecond)} · ${formatRemaining((size - bytes) / bytesPerSecond)} · `
          : '';
      return `${words.progress(formatBytes(bytes), formatBytes(size))} · ${speed}${other}`;
    }
    case 'paused': {
      const whose = by === 'me' ? words.pausedByYou : words.pausedBy(peerName);
      return `${words.progress(formatBytes(bytes), formatBytes(size))} · ${whose}`;
    }
    case 'complete':
      return `${formatBytes(size)} · ${other}`;
    case 'cancelled':
      return `${formatBytes(size)} · ${by === 'me' ? words.cancelledByYou : words.cancelledBy(peerName)}`;
    case 'declined':
      return `${formatBytes(size)} · ${words.declinedBy(peerName)}`;
    case 'failed': {
      // What no code says, whoever takes the file has said.
      const why = code === 'unknown' ? reason : failureText(code);
      return (direction === 'receive' ? words.failedFrom : words.failedTo)(peerName, why);
    }
  }
}

function askedText({ direction, code }: Transfer): string {
  if (code !== '') return words.interrupted;
  return direction === 'receive' ? words.asked : words.offeredAgain;
}
