import type { Connection } from '../session/connection.js';
import { MAX_TEXT_BYTES, type Message, type Messages } from '../session/messages.js';
import { texts } from '../texts/current.js';
import { button, byId, create, setText } from '../util/dom.js';
import { formatBytes, formatTime } from '../util/format.js';
import { KeyedList, type Row } from '../util/keyed-list.js';
import { linked } from './linked.js';

const words = texts.messages;

/** Sending a text or a link, and those that came. Returns how to put one where it can be sent. */
export function showMessages(messages: Messages, recipients: () => readonly Connection[]): (text: string) => void {
  const form = byId('message-form', HTMLFormElement);
  const input = byId('message', HTMLTextAreaElement);
  const hint = byId('message-hint', HTMLElement);
  const list = byId('messages', HTMLElement);

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const text = input.value.trim();
    const bytes = new TextEncoder().encode(text).length;
    const to = recipients();
    if (text === '') {
      input.focus();
    } else if (bytes > MAX_TEXT_BYTES) {
      setText(hint, words.tooLong(formatBytes(bytes), formatBytes(MAX_TEXT_BYTES)));
    } else if (to.length === 0) {
      setText(hint, words.nobody);
    } else {
      messages.send(text, to);
      input.value = '';
      setText(hint, '');
    }
  });
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });

  new KeyedList(list, messages.items, (message) => buildRow(message, () => messages.items.delete(message.key)), {
    newestFirst: true,
    onFlush: (shown) => (list.hidden = shown === 0),
  });
  return (text) => {
    input.value = text;
  };
}

function buildRow(message: Message, dismiss: () => void): Row<Message> {
  const { text, direction } = message;
  const excerpt = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  const details = create('span', { className: 'details' });
  const content = create('p', { className: 'message-text', testid: 'message-text' }, ...linked(text));
  content.dir = 'auto';
  const copy = button(words.copy, words.copyThis(excerpt), () => {
    navigator.clipboard.writeText(text).then(
      () => setText(copy, words.copied),
      () => setText(copy, words.notCopied),
    );
  });
  copy.addEventListener('blur', () => setText(copy, words.copy));
  const element = create(
    'li',
    { className: 'message', testid: 'message' },
    details,
    content,
    create('span', { className: 'buttons' }, copy, button(words.dismiss, words.dismissThis(excerpt), dismiss, 'quiet')),
  );
  element.dataset['direction'] = direction;
  return {
    element,
    update(next) {
      element.dataset['state'] = next.state;
      setText(details, describe(next));
    },
  };
}

function describe({ direction, peerName, state, time }: Message): string {
  const at = formatTime(time);
  if (direction === 'receive') return `${words.from(peerName ?? '')} · ${at}`;
  const to = peerName === undefined ? words.toEveryone : words.to(peerName);
  return `${to} · ${words[state]} · ${at}`;
}
