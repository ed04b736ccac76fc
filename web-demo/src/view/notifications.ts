import { texts } from '../texts/current.js';
import { byId, setText } from '../util/dom.js';

const KEPT = 'tell-me';
// One at a time: the next takes the place of the last.
const TAG = 'peer-session';

/**
 * The switch by which a person asks to be told when they look elsewhere. The browser is asked for its permission then and at no
 * other time. Returns how to tell them.
 */
export function showNotifications(): (sentences: readonly string[]) => void {
  const place = byId('tell-me-place', HTMLElement);
  const wanted = byId('tell-me', HTMLInputElement);
  const hint = byId('tell-me-hint', HTMLElement);
  // No browser on iOS has them outside of installed pages.
  if (!('Notification' in window)) return () => {};
  place.hidden = false;
  wanted.checked = localStorage.getItem(KEPT) !== null && Notification.permission === 'granted';

  wanted.addEventListener('change', () => {
    localStorage.removeItem(KEPT);
    setText(hint, '');
    if (!wanted.checked) return;
    void Notification.requestPermission().then((permission) => {
      wanted.checked = permission === 'granted';
      if (wanted.checked) localStorage.setItem(KEPT, '');
      else setText(hint, texts.notifications.notAllowed);
    });
  });
  return (sentences) => {
    if (wanted.checked && document.hidden) void notify(sentences.join(' '));
  };
}

async function notify(body: string): Promise<void> {
  const options = { body, tag: TAG, icon: 'icon-192.png' };
  // On Android a page has none of its own: they are its service worker's.
  const registration = 'serviceWorker' in navigator ? await navigator.serviceWorker.getRegistration() : undefined;
  if (registration?.active) {
    await registration.showNotification(document.title, options);
    return;
  }
  const notification = new Notification(document.title, options);
  notification.addEventListener('click', () => {
    window.focus();
    notification.close();
  });
}
