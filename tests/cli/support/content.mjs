// @ts-check
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const MiB = 1024 * 1024;

/** Bytes that no other seed has, the same on every machine. */
export function content(seed, size) {
  const block = createHash('sha512').update(String(seed)).digest();
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; at += block.length) {
    block.writeUInt32LE(at % 2 ** 32, 0);
    block.copy(bytes, at);
  }
  return bytes;
}

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** Writes it, and returns its path. */
export function written(folder, name, bytes) {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** assert.deepEqual would print megabytes. */
export function assertContent(path, expected) {
  const actual = readFileSync(path);
  assert.equal(actual.length, expected.length, `${path}: length`);
  assert.ok(actual.equals(expected), `${path}: every byte`);
}
