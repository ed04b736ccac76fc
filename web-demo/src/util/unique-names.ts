interface Folder {
  /** What is in it, by what a file system takes for one name. */
  readonly taken: Set<string>;
  readonly counts: Map<string, number>;
  readonly folders: Map<string, { readonly path: string; readonly folder: Folder }>;
}

/**
 * The names, or paths with `/`, with " (2)", " (3)" … before the extension of each that one before it would be overwritten by.
 * File systems tell names apart by less than their characters: most of them ignore case, some how letters are composed. Folders
 * of one name become one.
 */
export function uniquePaths(paths: readonly string[]): string[] {
  const root = newFolder();
  return paths.map((path) => {
    const segments = path.split('/');
    const name = segments.pop() ?? '';
    let folder = root;
    let prefix = '';
    for (const segment of segments) {
      const same = sameTo(segment);
      let known = folder.folders.get(same);
      if (!known) {
        known = { path: `${prefix}${take(folder, segment, (text) => text.length)}/`, folder: newFolder() };
        folder.folders.set(same, known);
      }
      ({ path: prefix, folder } = known);
    }
    return prefix + take(folder, name, extensionAt);
  });
}

const newFolder = (): Folder => ({ taken: new Set(), counts: new Map(), folders: new Map() });

function take({ taken, counts }: Folder, name: string, numberAt: (name: string) => number): string {
  const first = sameTo(name);
  let unique = name;
  while (taken.has(sameTo(unique))) {
    const count = (counts.get(first) ?? 1) + 1;
    counts.set(first, count);
    unique = numbered(name, count, numberAt(name));
  }
  taken.add(sameTo(unique));
  return unique;
}

/** Through upper case, so that "ß" and "SS" are one, as on file systems that fold case in full. */
function sameTo(name: string): string {
  return name.normalize('NFD').toUpperCase().toLowerCase().normalize('NFC');
}

/** Where the extension of a file's name begins, or the name ends. */
export function extensionAt(name: string): number {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? dot : name.length;
}

export function numbered(name: string, count: number, at = extensionAt(name)): string {
  return `${name.slice(0, at)} (${count})${name.slice(at)}`;
}
