// What the service worker, which takes what other apps share, and the page, which shares it on, must agree on.

/** Before the name of a cache that holds one share. */
export const PENDING = 'share-';

/** The name of the page's parameter that says which, and of what is in the cache. */
export const SHARED = 'shared';

export const SHARE_LIMITS = Object.freeze({ files: 200, characters: 16_384 });

/**
 * The text of a share: apps put the link into the text, too, or into that alone.
 *
 * @param {readonly unknown[]} parts
 */
export function textOf(parts) {
  const texts = parts.filter((part) => typeof part === 'string').map((part) => part.trim());
  const told = texts.filter(
    (part, index) => part !== '' && !texts.some((other, at) => at !== index && other !== part && other.includes(part)),
  );
  return [...new Set(told)].join('\n').slice(0, SHARE_LIMITS.characters);
}
