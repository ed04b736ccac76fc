import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ownFiles } from '../check/cpp.mjs';
import { repository } from '../setup/paths.mjs';

/** Checks every relative link in these markdown files; returns one line for each that leads nowhere. */
export function checkLinks(files = ownFiles('*.md').map((name) => join(repository, name))) {
  return files.flatMap((file) =>
    linksOf(readFileSync(file, 'utf8'))
      .filter((link) => !/^[a-z][a-z+.-]*:/i.test(link))
      .map((link) => complaintAbout(file, link))
      .filter((complaint) => complaint !== undefined),
  );
}

function complaintAbout(file, link) {
  const [path, anchor] = decodeURIComponent(link).split('#');
  const target = path === '' ? file : join(dirname(file), path);
  const say = (what) => `${relative(repository, file)}: ${what}: ${link}`;
  if (!existsSync(target)) return say('no such file');
  if (anchor === undefined || statSync(target).isDirectory() || !target.endsWith('.md')) return undefined;
  return anchorsOf(readFileSync(target, 'utf8')).has(anchor) ? undefined : say('no such heading');
}

function linksOf(markdown) {
  const text = withoutCode(markdown);
  const inline = [...text.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)];
  const references = [...text.matchAll(/^\[[^\]]+\]:\s*(\S+)/gm)];
  return [...inline, ...references].map(([, link]) => link);
}

/** Headings as GitHub names them: lower case, without punctuation, hyphens for spaces, numbered when repeated. */
function anchorsOf(markdown) {
  const seen = new Map();
  const anchors = new Set();
  for (const [, heading] of withoutFences(markdown).matchAll(/^#{1,6}\s+(.*?)\s*#*$/gm)) {
    const name = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}\p{Pc} -]/gu, '')
      .replaceAll(' ', '-');
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    anchors.add(count === 0 ? name : `${name}-${count}`);
  }
  return anchors;
}

const withoutFences = (markdown) => markdown.replace(/^(```|~~~)[^\n]*\n[\s\S]*?^\1[^\n]*$/gm, '');

const withoutCode = (markdown) => withoutFences(markdown).replace(/`[^`\n]*`/g, '');
