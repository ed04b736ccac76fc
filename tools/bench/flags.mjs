// @ts-check
import { Remedy } from '../setup/process.mjs';

/** The names that a flag lists; all without it. @param {string} flag @param {string | undefined} value @param {string[]} known */
export function chosenOf(flag, value, known) {
  const chosen = value === undefined ? known : value.split(',');
  const unknown = chosen.filter((name) => !known.includes(name));
  if (unknown.length > 0 || chosen.length === 0)
    throw new Remedy(`--${flag} knows ${known.join(',')}, and not: ${unknown.join(',')}`);
  return chosen;
}

export function roundsOf(runs) {
  const rounds = Number(runs);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Remedy('--runs is a whole number from 1 on');
  return rounds;
}
