// Files whose bytes follow from their name, so that the receiving page checks each byte without asking the sender.

/** "3-1000-hall.png": seed 3, 1,000 bytes. */
export function nameOf({ seed, size, label = 'file.png' }) {
  return `${seed}-${size}-${label}`;
}

export function bytesOf(name) {
  const [seed, size] = name.split('-', 2).map(Number);
  const words = new Uint32Array(Math.ceil(size / 4));
  let state = (seed * 2_654_435_761 + size) | 1;
  for (let index = 0; index < words.length; index += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[index] = state;
  }
  return new Uint8Array(words.buffer, 0, size);
}

export async function hashOf(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function isSame(one, other) {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
