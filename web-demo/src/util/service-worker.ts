/** Keeps the page for when its server is away. In development there is nothing built to keep. */
export function keepForOffline(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  // A browser that lets nothing be kept shows the page all the same.
  const keep = (): void => void navigator.serviceWorker.register('service-worker.js').catch(() => {});
  // Whoever opens the page first wants to see it.
  if (document.readyState === 'complete') keep();
  else addEventListener('load', keep);
}
