import type { WireEntry } from '../session/wire-log.js';
import { create, setText } from '../util/dom.js';
import { formatNumber } from '../util/format.js';

// The protocol has ten; a peer that makes up more does not get to fill the page with buttons.
const MAX_KINDS = 16;

/** A button for each kind of message seen, with how many there are; with none pressed all are shown. */
export class WireKinds {
  readonly #chosen = new Set<string>();
  readonly #buttons = new Map<string, HTMLButtonElement>();

  constructor(
    private readonly host: HTMLElement,
    private readonly onChange: () => void,
  ) {}

  includes(kind: string): boolean {
    return this.#chosen.size === 0 || this.#chosen.has(kind);
  }

  update(entries: readonly WireEntry[]): void {
    const counts = new Map<string, number>();
    for (const { kind } of entries) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    for (const kind of counts.keys()) {
      if (!this.#buttons.has(kind) && this.#buttons.size < MAX_KINDS) this.#add(kind);
    }
    for (const [kind, button] of this.#buttons) setText(button, `${kind} ${formatNumber(counts.get(kind) ?? 0)}`);
  }

  #add(kind: string): void {
    const button = create('button', { className: 'chip', testid: `kind-${kind}` });
    button.type = 'button';
    button.setAttribute('aria-pressed', 'false');
    button.addEventListener('click', () => {
      if (!this.#chosen.delete(kind)) this.#chosen.add(kind);
      button.setAttribute('aria-pressed', String(this.#chosen.has(kind)));
      this.onChange();
    });
    this.#buttons.set(kind, button);
    this.host.append(button);
  }
}
