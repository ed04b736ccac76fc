import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ENTRY = fileURLToPath(new URL('service-worker.ts', import.meta.url));
const PUBLIC = fileURLToPath(new URL('../public/', import.meta.url));

/** Builds the service worker beside the page, with the names of all that the page consists of. */
export const serviceWorker = {
  name: 'service-worker',
  apply: 'build',
  generateBundle: {
    // When the page itself is among the files.
    order: 'post',
    async handler(_options, bundle) {
      const made = Object.values(bundle).map((file) => [
        file.fileName,
        file.type === 'chunk' ? file.code : file.source,
      ]);
      const whole = [...made, ...readdirSync(PUBLIC).map((name) => [name, readFileSync(PUBLIC + name)])].sort(
        ([one], [other]) => (one < other ? -1 : 1),
      );
      const hash = createHash('sha256');
      for (const [name, content] of whole) hash.update(`${name}\n`).update(content);
      const built = {
        version: hash.digest('hex').slice(0, 16),
        // The page is known by its folder.
        files: whole.map(([name]) => name).filter((name) => name !== 'index.html' && !name.endsWith('.map')),
      };
      const { outputFiles } = await build({
        entryPoints: [ENTRY],
        bundle: true,
        minify: true,
        write: false,
        target: 'es2022',
        define: { BUILT: JSON.stringify(built) },
      });
      this.emitFile({ type: 'asset', fileName: 'service-worker.js', source: outputFiles[0].text });
    },
  },
};
