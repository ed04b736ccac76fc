// The one way all tests start their browser.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { freePort } from './free-port.mjs';

const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium';
const GUARD = fileURLToPath(new URL('guard.mjs', import.meta.url));

const FLAGS = [
  // Containers have neither the namespaces of the sandbox nor a GPU.
  '--no-sandbox',
  '--disable-gpu',
  // The rest only keeps the browser from talking to anyone but the test.
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Without a multicast network a ".local" candidate never resolves.
  '--disable-features=WebRtcHideLocalIpsWithMdns',
];

export function launchBrowser(moreFlags = []) {
  return chromium.launch(launchOptions(moreFlags));
}

/** A browser whose processes the test can kill: `server.kill()`. */
export async function launchKillableBrowser() {
  const server = await chromium.launchServer(launchOptions([]));
  return { server, browser: await chromium.connect(server.wsEndpoint()) };
}

function launchOptions(moreFlags) {
  assert.ok(existsSync(EXECUTABLE), `These tests need Chromium at ${EXECUTABLE}; CHROMIUM may name another.`);
  return { executablePath: EXECUTABLE, headless: true, args: [...FLAGS, ...moreFlags] };
}

/**
 * A browser that keeps its data in that folder, and that can be killed with all its processes at once: `kill()`. Its data are as
 * they were at that moment.
 */
export async function launchBrowserWithData(folder) {
  const { executablePath, args } = launchOptions([]);
  const own = ['--headless=new', '--remote-debugging-port=0', `--user-data-dir=${folder}`, 'about:blank'];
  const child = spawn(executablePath, [...args, ...own], { detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  // In a process group of its own it outlives this process, unless somebody ends it.
  const guard = spawn(process.execPath, [GUARD], { detached: true, stdio: ['pipe', 'inherit', 'inherit'] });
  guard.stdin.write(`${child.pid}\n`);
  const kill = async () => {
    const ends = [child, guard].filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
    const gone = Promise.all(ends.map((each) => once(each, 'exit')));
    guard.stdin.end();
    await gone;
  };
  try {
    const browser = await chromium.connectOverCDP(await devToolsOf(child));
    return { browser, kill, pid: Number(child.pid) };
  } catch (error) {
    await kill();
    throw error;
  }
}

/** Chromium says where it listens, among much else. */
function devToolsOf(child) {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      said += text;
      const [, address] = /DevTools listening on (ws:\S+)/.exec(said) ?? [];
      if (address) resolve(address);
    });
    child.once('exit', () => reject(new Error(`Chromium ended: ${said}`)));
  });
}

/**
 * A browser in which a page behind another one really is hidden. Playwright otherwise tells every page that it is looked
 * at; one that attaches without its defaults does not.
 */
export async function launchBackgroundBrowser(t) {
  const port = await freePort();
  const launched = await launchBrowser([`--remote-debugging-port=${port}`]);
  t.after(() => launched.close());
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`, { noDefaults: true });
  return { browser, profile: browser.contexts()[0] };
}
