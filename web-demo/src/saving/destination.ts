const MiB = 1024 * 1024;

/** Up to here a file comes into memory: a reload costs no more than that, and the gallery stays quick with many small ones. */
export const IN_MEMORY = 8 * MiB;

/** From here on a file that the browser keeps for itself, to be saved later, would take the disk twice. */
export const WORTH_ASKING = 512 * MiB;

export interface Possibilities {
  /** The origin-private file system, which needs nobody's leave and keeps what has arrived through a reload. */
  readonly keepsFiles: boolean;
  /** It has room for the whole file. */
  readonly hasRoom: boolean;
  /** There is a file picker, and a person who has just clicked. */
  readonly mayAsk: boolean;
}

/** Where a file of that size goes while it arrives. */
export function destinationFor(
  size: number,
  { keepsFiles, hasRoom, mayAsk }: Possibilities,
): 'memory' | 'store' | 'ask' {
  if (size <= IN_MEMORY) return 'memory';
  if (mayAsk && (size >= WORTH_ASKING || !keepsFiles || !hasRoom)) return 'ask';
  return keepsFiles ? 'store' : 'memory';
}
