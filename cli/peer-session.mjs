#!/usr/bin/env node
// @ts-check
import { exitCodes } from './exit-codes.mjs';
import { main } from './main.mjs';

/** Connections end by themselves within a round trip; one that does not keeps nobody waiting. */
const longestGoodbyeMs = 2_000;

const interruption = new AbortController();
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.on(signal, () => {
    // Who asks twice means it.
    if (interruption.signal.aborted) process.exit(exitCodes.interrupted);
    interruption.abort();
  });
}

process.exitCode = await main(process.argv.slice(2), interruption.signal);
setTimeout(() => process.exit(), longestGoodbyeMs).unref();
