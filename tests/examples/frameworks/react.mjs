import { JSDOM } from 'jsdom';
const { window } = new JSDOM('<!doctype html>');
Object.assign(globalThis, { window, document: window.document, IS_REACT_ACT_ENVIRONMENT: false });
Object.defineProperty(globalThis, 'navigator', { value: window.navigator });

const { createElement, StrictMode, useEffect } = await import('react');
const { createRoot } = await import('react-dom/client');
const { useTransfers } = await import('../../../examples/frameworks/react.ts');
const { probe, textOf } = await import('./probe.mjs');

await probe(async (transfers, rendered) => {
  const element = document.createElement('p');
  const root = createRoot(element);
  function Transfers() {
    const text = textOf(useTransfers(transfers));
    // StrictMode calls this function twice each time; what counts is what comes of it.
    useEffect(rendered);
    return text;
  }
  // Mounts twice, as in development.
  root.render(createElement(StrictMode, null, createElement(Transfers)));
  return { element, unmount: () => root.unmount() };
});
