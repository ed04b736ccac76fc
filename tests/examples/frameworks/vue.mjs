import { JSDOM } from 'jsdom';
const { window } = new JSDOM('<!doctype html>');
for (const name of ['document', 'Node', 'Element', 'HTMLElement', 'SVGElement', 'MathMLElement'])
  globalThis[name] = window[name];
globalThis.window = window;

const { createApp, h } = await import('vue');
const { useTransfers } = await import('../../../examples/frameworks/vue.ts');
const { probe, textOf } = await import('./probe.mjs');

await probe(async (transfers, rendered) => {
  const element = document.createElement('p');
  const app = createApp({
    setup() {
      const snapshot = useTransfers(transfers);
      return () => {
        rendered();
        return h('span', textOf(snapshot.value));
      };
    },
  });
  app.mount(element);
  return { element, unmount: () => app.unmount() };
});
