import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { repository } from '../setup/paths.mjs';

const guide = join(repository, 'docs', 'guide');

/** Where a reader starts: both references, and each page of the guide. */
export function indexPage() {
  const pages = readdirSync(guide)
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .map((name) => ({
      link: `api/documents/${basename(name, '.md')}.html`,
      title: /^# (.*)$/m.exec(readFileSync(join(guide, name), 'utf8'))?.[1] ?? name,
    }));
  const items = [
    ...pages,
    { link: 'api/index.html', title: 'Reference of the package (TypeScript)' },
    { link: 'engine/annotated.html', title: 'Reference of the engine (C++)' },
  ];
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>peer-session</title>
<h1>peer-session</h1>
<ul>
${items.map(({ link, title }) => `<li><a href="${link}">${title}</a></li>`).join('\n')}
</ul>
</html>
`;
}
