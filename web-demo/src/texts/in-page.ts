import { texts } from './current.js';
import { language } from './language.js';

const PREFIX = 'data-text-';

/**
 * Writes the texts of index.html, which has their names only: `data-text="share.title"` is the text of the element,
 * `data-text-title="…"` its attribute `title`, and so on for any attribute.
 */
export function writeTexts(root: Document | HTMLElement = document): void {
  document.documentElement.lang = language;
  for (const element of root.querySelectorAll('*')) {
    for (const { name, value } of [...element.attributes]) {
      if (name === 'data-text') element.textContent = textCalled(value);
      else if (name.startsWith(PREFIX)) element.setAttribute(name.slice(PREFIX.length), textCalled(value));
    }
  }
}

function textCalled(path: string): string {
  let found: unknown = texts;
  for (const name of path.split('.')) found = (found as Readonly<Record<string, unknown>> | undefined)?.[name];
  if (typeof found !== 'string') throw new Error(`index.html asks for the text “${path}”, and there is none`);
  return found;
}
