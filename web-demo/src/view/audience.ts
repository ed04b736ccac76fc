import type { Peer } from '../session/model.js';
import type { Store } from '../session/store.js';
import { texts } from '../texts/current.js';
import { byId, create, setText } from '../util/dom.js';
import { onNextFrame } from '../util/schedule.js';

const EVERYONE = '';

/**
 * The choice of who is offered what is shared next: everyone, or one person. Returns the id of the one who is chosen, undefined for
 * everyone.
 */
export function showAudience(store: Store): () => string | undefined {
  const line = byId('audience-line', HTMLElement);
  const select = byId('audience', HTMLSelectElement);
  const everyone = optionFor(EVERYONE, texts.share.everyone);
  const options = new Map<string, HTMLOptionElement>();
  /** Whoever was here, for as long as they may be chosen. */
  const names = new Map<string, string>();
  select.append(everyone);

  const draw = (): void => {
    const here = new Map(store.peers.values().map((peer: Peer) => [peer.peerId, peer]));
    for (const { peerId, name } of here.values()) {
      names.set(peerId, name);
      if (options.has(peerId)) continue;
      const option = optionFor(peerId, name);
      options.set(peerId, option);
      select.append(option);
    }
    for (const [peerId, option] of options) {
      const name = names.get(peerId) ?? '';
      setText(option, here.has(peerId) ? name : texts.share.notHere(name));
      // What was meant for one must not go to all because that one has left.
      if (here.has(peerId) || select.value === peerId) continue;
      option.remove();
      options.delete(peerId);
      names.delete(peerId);
    }
    // With one other person both mean the same, but for whoever comes.
    line.hidden = options.size === 0;
  };
  store.peers.subscribe(() => onNextFrame(draw));
  select.addEventListener('change', draw);
  return () => (select.value === EVERYONE ? undefined : select.value);
}

function optionFor(value: string, text: string): HTMLOptionElement {
  const option = create('option', { text });
  option.value = value;
  return option;
}
