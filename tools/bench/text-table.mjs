// @ts-check

/** Columns as wide as what is in them. @param {string[]} head @param {string[][]} rows */
export function textTable(head, rows) {
  const widths = head.map((name, index) => Math.max(name.length, ...rows.map((row) => row[index].length)));
  const line = (cells) =>
    cells
      .map((cell, index) => cell.padEnd(widths[index]))
      .join('  ')
      .trimEnd();
  return [line(head), ...rows.map(line)].join('\n');
}

/** @param {number} rounds */
export const ofRuns = (rounds) => (rounds === 1 ? 'one run' : `the median of ${rounds} runs`);
