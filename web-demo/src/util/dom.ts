/** The element with this id, which index.html promises. */
export function byId<T extends HTMLElement>(id: string, type: new () => T): T {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`index.html has no ${type.name} with the id "${id}"`);
  return element;
}

interface Properties {
  readonly className?: string;
  /** Only ever set as textContent: what peers send is text, never markup. */
  readonly text?: string;
  readonly title?: string;
  readonly label?: string;
  readonly testid?: string;
}

export function create<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...children: readonly Node[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (properties.className !== undefined) element.className = properties.className;
  if (properties.text !== undefined) element.textContent = properties.text;
  if (properties.title !== undefined) element.title = properties.title;
  if (properties.label !== undefined) element.setAttribute('aria-label', properties.label);
  if (properties.testid !== undefined) element.dataset['testid'] = properties.testid;
  element.append(...children);
  return element;
}

export function button(text: string, label: string, onClick: () => void, className = ''): HTMLButtonElement {
  const element = create('button', { text, label, className });
  element.type = 'button';
  element.addEventListener('click', onClick);
  return element;
}

/** Writing equal text would still invalidate layout, and a screen reader may read it again. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
