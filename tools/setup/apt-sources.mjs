import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The machine's own sources of Debian's main archive, as {uri, signedBy}. Whoever set the machine up chose a mirror it
 * can reach, so nothing else is ever asked.
 */
export function mainArchives(aptFolder = '/etc/apt') {
  const files = [];
  if (existsSync(join(aptFolder, 'sources.list'))) files.push(join(aptFolder, 'sources.list'));
  const parts = join(aptFolder, 'sources.list.d');
  if (existsSync(parts)) {
    files.push(
      ...readdirSync(parts)
        .filter((name) => /\.(list|sources)$/.test(name))
        .sort()
        .map((name) => join(parts, name)),
    );
  }
  const entries = files.flatMap((path) => {
    const text = readFileSync(path, 'utf8');
    return path.endsWith('.sources') ? parseDeb822(text) : parseOneLine(text);
  });
  const found = entries.filter(isMainArchive).map(({ uri, signedBy }) => ({ uri, signedBy }));
  return found.filter(({ uri }, index) => found.findIndex((other) => other.uri === uri) === index);
}

export function parseDeb822(text) {
  return text.split(/\n\s*\n/).flatMap((stanza) => {
    const fields = new Map();
    let last;
    for (const line of stanza.split('\n')) {
      if (line.startsWith('#') || line.trim() === '') continue;
      const field = /^([A-Za-z-]+):\s*(.*)$/.exec(line);
      if (field !== null) {
        last = field[1].toLowerCase();
        fields.set(last, field[2]);
      } else if (last !== undefined) {
        fields.set(last, `${fields.get(last)}\n${line.trim()}`);
      }
    }
    const words = (name) => (fields.get(name) ?? '').split(/\s+/).filter((word) => word !== '');
    if (/^(no|false|off|0)$/i.test(fields.get('enabled') ?? 'yes') || !words('types').includes('deb')) return [];
    const signedBy = fields.get('signed-by')?.trim();
    return words('uris').map((uri) => ({
      uri,
      suites: words('suites'),
      components: words('components'),
      // A key pasted into the sources file is not a path; the keyring's default path serves there.
      signedBy: signedBy?.startsWith('/') ? signedBy : undefined,
    }));
  });
}

export function parseOneLine(text) {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+([^#]+)/.exec(line);
    if (match === null) return [];
    const [, options = '', uri, suite, components] = match;
    return [
      {
        uri,
        suites: [suite],
        components: components.trim().split(/\s+/),
        signedBy: /(?:^|\s)signed-by=(\/[^\s,]+)/.exec(options)?.[1],
      },
    ];
  });
}

/** A suite named plainly after a release, with `main`: neither security updates nor a third party's archive. */
function isMainArchive({ uri, suites, components }) {
  const releases = ['bookworm', 'trixie', 'stable', 'oldstable'];
  return (
    suites.some((suite) => releases.includes(suite)) &&
    components.includes('main') &&
    /\/debian\/?$/.test(uri) &&
    /^(https?|mirror\+\w+|mirror|file|copy|ftp):/.test(uri)
  );
}
