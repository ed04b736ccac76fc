import { existsSync, readFileSync } from 'node:fs';
import { findProgram, lastLines, Remedy, runCaptured } from './process.mjs';
import { say } from './say.mjs';

/** The release number of this Debian ("12"), or undefined on any other system. */
export function debianRelease() {
  if (!existsSync('/etc/os-release')) return undefined;
  const text = readFileSync('/etc/os-release', 'utf8');
  const field = (name) => new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(text)?.[1];
  if (field('ID') !== 'debian') return undefined;
  return field('VERSION_ID') ?? 'testing';
}

/** The command prefix that makes a command run as root: empty for root itself. */
function asRoot(packages) {
  if (process.getuid?.() === 0) return [];
  if (findProgram('sudo') !== undefined) {
    // A terminal can ask for the password; without one, sudo must fail at once instead of waiting.
    return process.stdin.isTTY ? ['sudo'] : ['sudo', '--non-interactive'];
  }
  throw new Remedy(
    `These Debian packages are missing and need root to install; run: apt-get install ${packages.join(' ')}`,
  );
}

function apt(args, packages) {
  const [command, ...rest] = [...asRoot(packages), 'apt-get', '-o', 'DPkg::Lock::Timeout=300', ...args];
  return runCaptured(command, rest, {
    stdio: ['inherit', 'pipe', 'pipe'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' },
  });
}

/** Installs Debian packages, fresh package lists first only when the present ones do not do. */
export function installPackages(packages) {
  if (packages.length === 0) return;
  const list = packages.join(' ');
  if (debianRelease() === undefined) {
    throw new Remedy(
      `This system is not Debian, so set-up cannot install what is missing: please provide what these Debian packages hold: ${list}`,
    );
  }
  asRoot(packages); // Refuses before anything is announced.
  say(`installing Debian packages: ${list}`);
  const install = () => apt(['install', '--yes', '--no-install-recommends', ...packages], packages);
  let result = install();
  if (!result.ok) {
    const update = apt(['update'], packages);
    result = install();
    if (!result.ok) {
      const reasons = lastLines(`${update.ok ? '' : update.output}\n${result.output}`);
      throw new Remedy(
        `The Debian packages could not be installed; check the network and the rights (root or sudo), then run: apt-get install ${list}\n${reasons}`,
      );
    }
  }
}
