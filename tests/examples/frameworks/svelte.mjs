import { JSDOM } from 'jsdom';
const { window } = new JSDOM('<!doctype html>');
globalThis.document = window.document;

const { snapshotOf } = await import('../../../examples/frameworks/svelte.ts');
const { probe, textOf } = await import('./probe.mjs');

// What the compiler makes of `$snapshot`: a subscription for as long as the component lives.
await probe(async (transfers, rendered) => {
  const element = document.createElement('p');
  const unmount = snapshotOf(transfers).subscribe((snapshot) => {
    rendered();
    element.textContent = textOf(snapshot);
  });
  rendered();
  return { element, unmount };
});
