// Node has no WebRTC of its own: an application brings an RTCPeerConnection, here that of node-datachannel.
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { assertExchanged, copyApplication } from './application.mjs';
import { ConsumerProject, resolveInRepository } from './project.mjs';

const project = new ConsumerProject();
copyApplication(project);
after(() => project.remove());

const polyfill = resolveInRepository('node-datachannel/polyfill');

/**
 * Under load libdatachannel at times refuses a description, since it has no ICE transport for it yet: nothing was exchanged then, and it is
 * tried once more.
 */
function run(name, script) {
  try {
    return project.run(name, script);
  } catch (error) {
    if (!String(error).includes('Got a remote candidate without ICE transport')) throw error;
    return project.run(name, script);
  }
}

for (const [entry, load] of /** @type {const} */ ([
  ['peer-session', ''],
  [
    'peer-session/lazy',
    `import { load } from 'peer-session/lazy';
     import { readFile } from 'node:fs/promises';
     await load({ wasm: await readFile(new URL(import.meta.resolve('peer-session/engine.wasm'))) });`,
  ],
])) {
  test(`Node ${process.versions.node}: files are exchanged by ${entry}`, () => {
    const printed = run(
      `exchange-${load === '' ? 'main' : 'lazy'}.mjs`,
      `${load}
       import { PeerSession } from '${entry}';
       import { exchange } from './app/exchange.mjs';
       import { RTCPeerConnection } from '${pathToFileURL(polyfill)}';
       console.log(JSON.stringify(await exchange(PeerSession, { RTCPeerConnection })));
       process.exit();`,
    );
    assertExchanged(JSON.parse(printed));
  });
}
