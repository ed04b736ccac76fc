// The files of web-demo/deploy as a test runs them: the same text, with the places of this machine put in.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

export const deployFile = (name) => new URL(`../../web-demo/deploy/${name}`, import.meta.url);

/** The file's text with each of these changed; one that is not there has been renamed, and the test with it. */
export function changed(name, replacements) {
  let text = readFileSync(deployFile(name), 'utf8');
  for (const [from, to] of replacements) {
    assert.ok(text.includes(from), `${name} has "${from}"`);
    text = text.replaceAll(from, to);
  }
  return text;
}

/** The site of its own. */
export const siteFile = (nginxPort, folder, demoPort, more = []) =>
  changed('nginx-site.conf', [
    ['listen 80;', `listen 127.0.0.1:${nginxPort};`],
    // Not every machine that runs tests has IPv6.
    ['listen [::]:80;', ''],
    ['/var/log/nginx', folder],
    ['127.0.0.1:8080', `127.0.0.1:${demoPort}`],
    ...more,
  ]);

/** The lines for a path of another site, in one. */
export const pathFile = (nginxPort, folder, demoPort, { listen = '', more = [] } = {}) => `server {
  listen 127.0.0.1:${nginxPort} ${listen};
${changed('nginx-path.conf', [['/var/log/nginx', folder], ['127.0.0.1:8080', `127.0.0.1:${demoPort}`], ...more])}}
`;
