import type { Transfer } from '../session/model.js';
import { texts } from '../texts/current.js';
import { button, setText } from '../util/dom.js';

const words = texts.transfers;

/** What can be done with a transfer. */
export interface TransferActions {
  pause(transfer: Transfer): void;
  resume(transfer: Transfer): void;
  cancel(transfer: Transfer): void;
  tryAgain(transfer: Transfer): void;
  dismiss(transfer: Transfer): void;
}

/** The buttons of one transfer, each there while it can do something, in `box`. Returns how to tell them of the transfer. */
export function transferControls(
  { name }: Transfer,
  box: HTMLElement,
  actions: TransferActions,
): (transfer: Transfer) => void {
  let current: Transfer;
  /** As the button says; undefined before it says anything. */
  let saysResume: boolean | undefined;
  // One button, so that the focus stays where it is.
  const halt = button('', '', () => (current.state === 'paused' ? actions.resume(current) : actions.pause(current)));
  const cancel = button(words.cancel, words.cancelThis(name), () => actions.cancel(current));
  const again = button(words.tryAgain, words.tryAgainThis(name), () => actions.tryAgain(current));
  const dismiss = button(words.dismiss, words.dismissThis(name), () => actions.dismiss(current), 'quiet');

  return (transfer) => {
    current = transfer;
    const { state, by } = transfer;
    const isUnderWay = state === 'waiting' || state === 'running' || state === 'paused';
    const isStopped = state === 'failed' || state === 'cancelled' || state === 'declined';
    const isPaused = state === 'paused';
    if (isPaused !== saysResume) {
      saysResume = isPaused;
      setText(halt, isPaused ? words.resume : words.pause);
      halt.setAttribute('aria-label', (isPaused ? words.resumeThis : words.pauseThis)(name));
    }
    const shown = [
      // Whoever has paused it resumes it.
      ...(isUnderWay && !(isPaused && by === 'peer') ? [halt] : []),
      ...(isUnderWay ? [cancel] : []),
      ...(isStopped ? [again] : []),
      ...(isStopped || state === 'asked' ? [dismiss] : []),
    ];
    showOnly(box, shown);
  };
}

/** Someone who works by keyboard stays in the row when the button that has the focus goes. */
function showOnly(box: HTMLElement, shown: readonly HTMLElement[]): void {
  if (box.children.length === shown.length && shown.every((each, index) => box.children[index] === each)) return;
  const focused = document.activeElement;
  const hadFocus = box.contains(focused);
  box.replaceChildren(...shown);
  if (!hadFocus) return;
  const next = shown.find((each) => each === focused) ?? shown[0];
  next?.focus();
}
