/** Keeps the page for when its server is away. In development there is nothing built to keep. */
export function keepForOffline(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  // Whoever opens the page first wants to see it; and a browser that lets nothing be kept shows it all the same.
  const keep = (): void => void navigator.serviceWorker.register('service-worker.js').catch(() => {});
  // What a page asks of its browser before it starts may take longer than its loading.
  if (document.readyState === 'complete') keep();
  else addEventListener('load', keep);
}
