/** So many are known; a page that has more asks for the others again. */
const most = 8192;

/**
 * The contents that are in this page already: received before, or offered by it. They are only known, and not kept: as long as the
 * application has the Blob, nobody needs to send it.
 */
export class HeldContents {
  static readonly #ofGroups = new WeakMap<object, HeldContents>();
  readonly #blobs = new Map<string, WeakRef<Blob>>();

  /** One for all sessions of a group. */
  static of(group: object): HeldContents {
    const there = HeldContents.#ofGroups.get(group);
    if (there) return there;
    const made = new HeldContents();
    HeldContents.#ofGroups.set(group, made);
    return made;
  }

  add(hash: string, blob: Blob): void {
    // Anew, so that the order is that of their age.
    this.#blobs.delete(hash);
    if (typeof WeakRef === 'function') this.#blobs.set(hash, new WeakRef(blob));
    for (const oldest of this.#blobs.keys()) {
      if (this.#blobs.size <= most) return;
      this.#blobs.delete(oldest);
    }
  }

  find(hash: string, size: number): Blob | undefined {
    const blob = this.#blobs.get(hash)?.deref();
    if (!blob) this.#blobs.delete(hash);
    return blob?.size === size ? blob : undefined;
  }

  /** It is not what its hash says. */
  forget(hash: string): void {
    this.#blobs.delete(hash);
  }
}
