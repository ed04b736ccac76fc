// The one way all tests start Firefox: Debian's, over WebDriver BiDi. Nothing of it outlives the test, however that ends.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';

const EXECUTABLE = process.env.FIREFOX ?? '/usr/bin/firefox-esr';
const GUARD = fileURLToPath(new URL('guard.mjs', import.meta.url));

/**
 * A headless Firefox with a home and a profile of its own. `downloads` is the folder it saves to without asking.
 *
 * @returns {Promise<{browser: import('puppeteer-core').Browser, downloads: string, close: () => Promise<void>}>}
 */
export async function launchFirefox() {
  assert.ok(existsSync(EXECUTABLE), `These tests need Firefox at ${EXECUTABLE}; FIREFOX may name another.`);
  const folder = mkdtempSync(join(tmpdir(), 'peer-session-firefox-'));
  const [home, profile, downloads] = ['home', 'profile', 'downloads'].map((name) => join(folder, name));
  for (const each of [home, profile, downloads]) mkdirSync(each);

  // Firefox runs in a process group that outlives this one; the guard ends both it and the folder.
  const guard = spawn(process.execPath, [GUARD, folder], { detached: true, stdio: ['pipe', 'inherit', 'inherit'] });
  const close = async () => {
    await browser?.close().catch(() => {});
    const gone = guard.exitCode === null ? once(guard, 'exit') : undefined;
    guard.stdin.end();
    await gone;
  };
  let browser;
  try {
    browser = await puppeteer.launch({
      browser: 'firefox',
      executablePath: EXECUTABLE,
      headless: true,
      userDataDir: profile,
      // Firefox refuses a home that belongs to somebody else, and would leave caches in anybody's.
      env: { ...process.env, HOME: home, XDG_CACHE_HOME: join(home, '.cache'), XDG_CONFIG_HOME: join(home, '.config') },
      extraPrefsFirefox: {
        // Without a multicast network a ".local" candidate never resolves.
        'media.peerconnection.ice.obfuscate_host_addresses': false,
        // A machine without a network has no other address.
        'media.peerconnection.ice.loopback': true,
        'browser.download.folderList': 2,
        'browser.download.dir': downloads,
        // Two processes less to start.
        'dom.ipc.processPrelaunch.enabled': false,
      },
    });
    guard.stdin.write(`${browser.process().pid}\n`);
  } catch (error) {
    await close();
    throw error;
  }
  return { browser, downloads, close };
}
