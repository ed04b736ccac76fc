// @ts-check

export const longestCode = 15;

/**
 * The lengths of the best prefix code, none longer than the longest; 0 for what never comes.
 *
 * @param {ArrayLike<number>} counts
 */
export function codeLengths(counts) {
  for (let scale = 1; ; scale *= 2) {
    const lengths = new Uint8Array(counts.length);
    let nodes = Array.from(counts, (value, symbol) => ({ weight: Math.ceil(value / scale), leaves: [symbol] })).filter(
      ({ weight }) => weight > 0,
    );
    if (nodes.length === 1) lengths[nodes[0].leaves[0]] = 1;
    while (nodes.length > 1) {
      nodes.sort((a, b) => b.weight - a.weight);
      const [a, b] = [nodes.pop(), nodes.pop()];
      if (!a || !b) break;
      const leaves = [...a.leaves, ...b.leaves];
      for (const leaf of leaves) lengths[leaf] += 1;
      nodes.push({ weight: a.weight + b.weight, leaves });
    }
    if (Math.max(0, ...lengths) <= longestCode) return lengths;
  }
}

/**
 * Codes of equal length count up, shorter ones come first.
 *
 * @param {Uint8Array} lengths
 */
export function codesOf(lengths) {
  const codes = new Uint16Array(lengths.length);
  let code = 0;
  for (let length = 1; length <= longestCode; length += 1) {
    for (const [symbol, its] of lengths.entries()) if (its === length) codes[symbol] = code++;
    code *= 2;
  }
  return codes;
}
