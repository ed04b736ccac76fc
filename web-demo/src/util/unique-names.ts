/**
 * The names with " (2)", " (3)" … before the extension of each that one before it would be overwritten by. File systems
 * tell names apart by less than their characters: most of them ignore case, some how letters are composed.
 */
export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  const counts = new Map<string, number>();
  return names.map((name) => {
    const first = sameTo(name);
    let unique = name;
    while (taken.has(sameTo(unique))) {
      const count = (counts.get(first) ?? 1) + 1;
      counts.set(first, count);
      unique = numbered(name, count);
    }
    taken.add(sameTo(unique));
    return unique;
  });
}

/** Through upper case, so that "ß" and "SS" are one, as on file systems that fold case in full. */
function sameTo(name: string): string {
  return name.normalize('NFD').toUpperCase().toLowerCase().normalize('NFC');
}

function numbered(name: string, count: number): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? `${name.slice(0, dot)} (${count})${name.slice(dot)}` : `${name} (${count})`;
}
