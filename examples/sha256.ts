/** The lower-case hexadecimal SHA-256 that `sendImage` takes. `crypto.subtle` exists on HTTPS pages and on localhost. */
export async function sha256(content: Blob): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await content.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
