// `npm publish` runs this first. The registry's page resolves the links and pictures of README.md by `repository`, and
// provenance is checked against it; an address that is made up would lead readers to whoever takes it.
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

/** What keeps this package.json from being published, in a sentence; undefined if nothing does. */
export function reasonNotToPublish({ repository }) {
  const url = typeof repository === 'string' ? repository : repository?.url;
  return /^(?:git\+)?https:\/\/[\w.-]+\/\S+$/.test(url ?? '')
    ? undefined
    : 'package.json has no "repository": put the public https address of the sources there, then publish again.';
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const reason = reasonNotToPublish(JSON.parse(readFileSync('package.json', 'utf8')));
  if (reason !== undefined) {
    process.stderr.write(`${reason}\n`);
    process.exitCode = 1;
  }
}
