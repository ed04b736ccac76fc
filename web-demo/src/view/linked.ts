import { create } from '../util/dom.js';

// What is invisible, or turns the direction of what follows, is no part of a link: it could show another address than it has.
const LINK = /https?:\/\/[^\s<>"'\p{Cf}]+/giu;
// At the end of a sentence, or of what is in brackets.
const TRAILING = /[.,;:!?)\]}»”’]+$/u;

/** The text of somebody else, as text and nothing else, with its addresses as links. */
export function linked(text: string): Node[] {
  const nodes: Node[] = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(LINK)) {
    const address = found.replace(TRAILING, '');
    if (!URL.canParse(address)) continue;
    nodes.push(document.createTextNode(text.slice(end, index)), linkTo(address));
    end = index + address.length;
  }
  nodes.push(document.createTextNode(text.slice(end)));
  return nodes;
}

function linkTo(address: string): HTMLAnchorElement {
  const link = create('a', { text: address });
  link.href = address;
  link.target = '_blank';
  // The page that is opened learns neither where the link was nor whom from.
  link.rel = 'noreferrer noopener';
  return link;
}
