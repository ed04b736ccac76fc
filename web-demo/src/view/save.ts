// The browser reads the URL after click() has returned and says nothing when it is done. The URL only names the
// blob, which the gallery holds anyway, so it may live generously.
const URL_LIFETIME_MS = 60_000;

export function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), URL_LIFETIME_MS);
}
