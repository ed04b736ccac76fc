// Brings a machine to where this repository builds. Uses nothing but Node until the rest is installed.
import { fileURLToPath } from 'node:url';
import { ensureEmscripten } from './setup/emscripten.mjs';
import { installPackages } from './setup/debian.mjs';
import { ensureJsonHeaders } from './setup/json-headers.mjs';
import { withLock } from './setup/lock.mjs';
import { ensureNodePackages } from './setup/node-packages.mjs';
import { Remedy } from './setup/process.mjs';
import { missingPackages, requirements } from './setup/requirements.mjs';

const oldestNode = 20;

/**
 * Installs what these kinds of work need (see requirements.mjs) and returns the environment that the build's commands
 * run in.
 * @param {(keyof typeof requirements)[]} kinds
 */
export async function setUp(kinds) {
  const node = Number(process.versions.node.split('.')[0]);
  if (node < oldestNode)
    throw new Remedy(`Node ${oldestNode} or newer is needed and this is ${process.version}: install a newer Node.`);
  return withLock(async () => {
    // npm works beside apt-get: each waits for its network most of the time.
    const [nodePackages, system] = await Promise.allSettled([ensureNodePackages(), installSystem(kinds)]);
    if (system.status === 'rejected') throw system.reason;
    if (nodePackages.status === 'rejected') throw nodePackages.reason;
    return buildEnvironment(system.value);
  });
}

async function installSystem(kinds) {
  installPackages(missingPackages(kinds));
  const jsonHeaders = ensureJsonHeaders();
  const { toolchainFile } = ensureEmscripten();
  return { jsonHeaders, toolchainFile };
}

function buildEnvironment({ jsonHeaders, toolchainFile }) {
  /** @type {NodeJS.ProcessEnv} */
  const environment = {
    ...process.env,
    PEER_SESSION_EMSCRIPTEN_TOOLCHAIN: toolchainFile,
    PEER_SESSION_JSON_INCLUDE: jsonHeaders,
  };
  // Another Emscripten's configuration must not steer the one that was chosen here.
  if (toolchainFile.includes('/.toolchain/')) delete environment.EM_CONFIG;
  return environment;
}

/** Runs a command's main function; a Remedy becomes one sentence on stderr and exit code 1. */
export async function runAsCommand(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    if (!(error instanceof Remedy)) throw error;
    process.stderr.write(`setup: ${error.message}\n`);
    process.exitCode = 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runAsCommand(async () => {
    const kinds = process.argv.slice(2);
    const unknown = kinds.find((kind) => !Object.hasOwn(requirements, kind));
    if (unknown !== undefined) throw new Remedy(`"${unknown}" is not one of: ${Object.keys(requirements).join(', ')}`);
    await setUp(/** @type {(keyof typeof requirements)[]} */ (kinds.length === 0 ? ['build'] : kinds));
  });
}
