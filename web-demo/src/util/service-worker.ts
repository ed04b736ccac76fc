/** Keeps the page for when its server is away. In development there is nothing built to keep. */
export function keepForOffline(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  // Whoever opens the page first wants to see it; and a browser that lets nothing be kept shows it all the same.
  addEventListener('load', () => void navigator.serviceWorker.register('service-worker.js').catch(() => {}));
}
