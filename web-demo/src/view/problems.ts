import type { Store } from '../session/store.js';
import { texts } from '../texts/current.js';
import { button, byId, create } from '../util/dom.js';
import { KeyedList } from '../util/keyed-list.js';

export function showProblems(store: Store): void {
  const section = byId('problems', HTMLElement);
  new KeyedList(
    byId('problem-list', HTMLElement),
    store.problems,
    (problem) => ({
      element: create(
        'li',
        { className: 'row' },
        create('bdi', { className: 'grow', text: problem.text }),
        button(
          texts.problems.dismiss,
          texts.problems.dismissThis(problem.text),
          () => store.problems.delete(problem.key),
          'quiet',
        ),
      ),
      update: () => {},
    }),
    { newestFirst: true, onFlush: (shown) => (section.hidden = shown === 0) },
  );
  byId('dismiss-problems', HTMLButtonElement).addEventListener('click', () => store.problems.deleteWhere(() => true));
}
