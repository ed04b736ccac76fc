// The pictures of a transfer's life in docs/architecture.md, drawn from the engine's own tables of transitions.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../setup/paths.mjs';

const page = join(repository, 'docs', 'architecture.md');
const tables = {
  upload: 'wasm/src/send/upload_states.h',
  download: 'wasm/src/receive/download_states.h',
};

/** The page as it is, and as the tables have it. */
export function pageWithStates() {
  const is = readFileSync(page, 'utf8');
  let shouldBe = is;
  for (const [name, path] of Object.entries(tables)) {
    const drawn = draw(readFileSync(join(repository, path), 'utf8'));
    const place = new RegExp(
      `(<!-- states of an ${name}|<!-- states of a ${name})( -->\n).*?(<!-- end of states -->)`,
      's',
    );
    if (!place.test(shouldBe)) throw new Error(`docs/architecture.md has no place for the states of a ${name}.`);
    shouldBe = shouldBe.replace(place, (_all, head, tail, end) => `${head}${tail}\n${drawn}\n${end}`);
  }
  return { is, shouldBe };
}

export function writeStates() {
  const { is, shouldBe } = pageWithStates();
  if (is !== shouldBe) writeFileSync(page, shouldBe);
}

function draw(header) {
  const rows = [...header.matchAll(/\{(\w+)State::k(\w+), \1Event::k(\w+), \1State::k(\w+)\}/g)];
  /** @type {Map<string, string[]>} What leads from one state to another, and by which events. */
  const ways = new Map();
  for (const [, , from, event, to] of rows) {
    const way = `${from} --> ${to === 'Ended' ? '[*]' : to}`;
    ways.set(way, [...(ways.get(way) ?? []), words(event)]);
  }
  const first = rows[0]?.[2];
  const lines = [`[*] --> ${first}`, ...[...ways].map(([way, events]) => `${way}: ${events.join(', ')}`)];
  return ['```mermaid', 'stateDiagram-v2', ...lines.map((line) => `  ${line}`), '```', ''].join('\n');
}

/** `LinkLost` reads as "link lost". */
function words(name) {
  return name.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}
