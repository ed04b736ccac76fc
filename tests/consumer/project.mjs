import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../../', import.meta.url));

const require = createRequire(import.meta.url);

/** The file behind a specifier of this repository's own packages, for an application that has none of them. */
export function resolveInRepository(specifier) {
  return require.resolve(specifier);
}

/** An application's project, empty but for the package as `npm pack` makes it. */
export class ConsumerProject {
  /** @param {string} [parent] Where its folder is made: inside this repository, its own packages are found from there. */
  constructor(parent = tmpdir()) {
    mkdirSync(parent, { recursive: true });
    this.folder = mkdtempSync(join(parent, 'peer-session-consumer-'));
    this.#write('package.json', JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
    const packed = this.#npm('pack', repository, '--ignore-scripts', '--json', '--pack-destination', this.folder);
    const [{ filename, files }] = JSON.parse(packed);
    this.tarball = join(this.folder, filename);
    this.packedFiles = files.map(({ path }) => path).sort();
    // Offline: the package has no dependencies, so nothing may be asked for.
    this.#npm('install', this.tarball, '--offline', '--no-audit', '--no-fund');
  }

  /** Writes a script of the application and runs it with Node; returns what it printed. */
  run(name, source, nodeOptions = []) {
    return this.#execute(process.execPath, ...nodeOptions, this.#write(name, source));
  }

  /**
   * Writes TypeScript files and compiles them with the strictest settings, declarations of the package included.
   *
   * @param {Record<string, string>} sources By file name.
   * @param {'bundler' | 'nodenext'} [moduleResolution]
   * @param {string} [compiler] The name under which package.json has that version of TypeScript.
   * @param {import('typescript').CompilerOptions} [more] What differs.
   */
  typeCheck(sources, moduleResolution = 'bundler', compiler = 'typescript', more = {}) {
    const config = {
      compilerOptions: {
        strict: true,
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        skipLibCheck: false,
        noEmit: true,
        target: 'ES2022',
        lib: ['ES2022', 'DOM'],
        module: moduleResolution === 'bundler' ? 'esnext' : 'nodenext',
        moduleResolution,
        types: [],
        ...more,
      },
      files: Object.entries(sources).map(([name, source]) => this.#write(name, source)),
    };
    const project = this.#write('tsconfig.json', JSON.stringify(config));
    const tsc = join(repository, 'node_modules', compiler, 'bin/tsc');
    return this.#execute(process.execPath, tsc, '--project', project);
  }

  write(name, content) {
    return this.#write(name, content);
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #write(name, content) {
    const path = join(this.folder, name);
    writeFileSync(path, content);
    return path;
  }

  #npm(...args) {
    return this.#execute('npm', ...args);
  }

  #execute(command, ...args) {
    try {
      return execFileSync(command, args, { cwd: this.folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    } catch (error) {
      throw new Error(`${command} ${args.join(' ')}\n${error.stdout}${error.stderr}`, { cause: error });
    }
  }
}
