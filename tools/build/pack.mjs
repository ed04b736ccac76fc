// @ts-check
// Packs the engine's bytes into text, a third smaller than gzip alone makes them; bindings/unpack.cc reads it back, and says what
// is written here. What makes it small: three distances that come again, a code of its own for what follows which byte, and a
// parse that is chosen by what it costs, in rounds.

const literals = 256;
const lengthSlots = 20;
const kinds = 4; // A new distance, or one of the last three.
const symbols = literals + kinds * lengthSlots;
const distanceSlots = 40;
const distanceCodes = 3;
const contexts = 512;
const longestCode = 11;
const longestMatch = 500;
const trees = 8;
const rounds = 8;

/** 64 characters, none of which strings or pages treat in a way of their own: all from `=` to `~` but two. */
const characters = Array.from({ length: 66 }, (_, index) => String.fromCharCode(61 + index)).filter(
  (character) => character !== '\\' && character !== '`',
);

const log2 = (value) => 31 - Math.clz32(value);

/** The place of a number among slots that double, with what is left in bits. */
function slotOf(value, plain) {
  if (value < plain) return { slot: value, bits: 0, rest: 0 };
  const top = log2(value);
  const bits = top - 1;
  return {
    slot: plain + (top - log2(plain)) * 2 + ((value >> bits) & 1),
    bits,
    rest: value & ((1 << bits) - 1),
  };
}
const lengths = Array.from({ length: longestMatch + 1 }, (_, length) => slotOf(Math.max(length - 2, 0), 8));
const distanceOf = (distance) => slotOf(distance - 1, 4);
const codeOfLength = (length) => Math.min(length - 2, distanceCodes - 1);

/**
 * @typedef {{ literal: boolean, symbol: number, context: number, length: number, kind: number, distance: number }} Token
 */

/** @param {Uint8Array} bytes @returns {string} */
export function pack(bytes) {
  const found = findMatches(bytes);
  let costs = firstCosts();
  let map = new Uint8Array(contexts).map((_, context) => context % trees);
  /** @type {{ bits: number, text: string } | undefined} */
  let best;
  for (let round = 0; round < rounds; round += 1) {
    const tokens = parse(bytes, found, costs);
    const counts = count(tokens);
    map = cluster(counts.main, map, round === 0 ? 20 : 8);
    const packed = write(tokens, counts, map);
    if (!best || packed.bits < best.bits) best = packed;
    costs = packed.costs;
  }
  if (!best) throw new Error('no rounds');
  return best.text;
}

/** At each place, for matches that are longer and longer, how far away the nearest one is: length and distance in turns. */
function findMatches(bytes) {
  const last = new Map();
  const previous = new Int32Array(bytes.length).fill(-1);
  return Array.from(bytes, (_, at) => {
    const key = (bytes[at] << 8) | bytes[at + 1];
    const pairs = [];
    if (at + 2 > bytes.length) return pairs;
    let longest = 1;
    let candidate = last.get(key) ?? -1;
    previous[at] = candidate;
    last.set(key, at);
    for (; candidate >= 0; candidate = previous[candidate]) {
      const length = matchAt(bytes, at, at - candidate);
      if (length <= longest) continue;
      longest = length;
      pairs.push(length, at - candidate);
      if (length === longestMatch) break;
    }
    return pairs;
  });
}

function matchAt(bytes, at, distance) {
  const most = Math.min(longestMatch, bytes.length - at);
  let length = 0;
  while (length < most && bytes[at + length] === bytes[at + length - distance]) length += 1;
  return length;
}

function firstCosts() {
  const main = new Float64Array(symbols).map((_, symbol) => (symbol < literals ? 7 : 6));
  return {
    main: Array.from({ length: contexts }, () => main),
    distance: Array.from({ length: distanceCodes }, () => new Float64Array(distanceSlots).fill(5)),
  };
}

const contextOf = (before, afterMatch) => before + (afterMatch ? 256 : 0);

/** The cheapest way through, if costs are what they are. */
function parse(bytes, found, costs) {
  const size = bytes.length;
  const cost = new Float64Array(size + 1).fill(Infinity);
  cost[0] = 0;
  const from = new Int32Array(size + 1);
  const kindAt = new Int8Array(size + 1);
  const distanceAt = new Int32Array(size + 1);
  /** What the last three distances are when the cheapest way comes by. */
  const recent = Array.from({ length: size + 1 }, () => /** @type {number[]} */ ([]));
  recent[0] = [1, 1, 1];
  const literalKind = -1;
  for (let at = 0; at < size; at += 1) {
    const kindBefore = at === 0 ? literalKind : kindAt[at];
    const [a, b, c] = at === 0 ? recent[0] : (recent[at] = after(recent[from[at]], kindBefore, distanceAt[at]));
    const main = costs.main[contextOf(at > 0 ? bytes[at - 1] : 0, kindBefore !== literalKind)];
    const here = cost[at];
    const offer = (to, price, kind, distance) => {
      if (here + price < cost[to]) {
        cost[to] = here + price;
        from[to] = at;
        kindAt[to] = kind;
        distanceAt[to] = distance;
      }
    };
    offer(at + 1, main[bytes[at]], literalKind, 0);
    for (const [index, distance] of [a, b, c].entries()) {
      if (distance > at) continue;
      const most = matchAt(bytes, at, distance);
      for (let length = 2; length <= most; length += 1) {
        const { slot, bits } = lengths[length];
        offer(at + length, main[literals + (index + 1) * lengthSlots + slot] + bits, index + 1, distance);
      }
    }
    const pairs = found[at];
    let length = 2;
    for (let index = 0; index < pairs.length; index += 2) {
      const distance = pairs[index + 1];
      const { slot: distanceSlot, bits: distanceBits } = distanceOf(distance);
      for (; length <= pairs[index]; length += 1) {
        const { slot, bits } = lengths[length];
        const price = main[literals + slot] + bits + costs.distance[codeOfLength(length)][distanceSlot] + distanceBits;
        offer(at + length, price, 0, distance);
      }
    }
  }
  /** @type {Token[]} */
  const tokens = [];
  for (let at = size; at > 0; at = from[at]) {
    const begin = from[at];
    const length = at - begin;
    const literal = kindAt[at] === literalKind;
    tokens.push({
      literal,
      symbol: literal ? bytes[begin] : literals + kindAt[at] * lengthSlots + lengths[length].slot,
      context: contextOf(begin > 0 ? bytes[begin - 1] : 0, begin > 0 && kindAt[begin] !== literalKind),
      length,
      kind: kindAt[at],
      distance: distanceAt[at],
    });
  }
  return tokens.reverse();
}

/** The last three distances after one more token. */
function after(recent, kind, distance) {
  if (kind < 0 || kind === 1) return recent;
  const [a, b, c] = recent;
  return kind === 3 || kind === 0 ? [distance, a, b] : [distance, a, c];
}

function count(tokens) {
  const main = Array.from({ length: contexts }, () => new Float64Array(symbols));
  const distance = Array.from({ length: distanceCodes }, () => new Float64Array(distanceSlots));
  for (const token of tokens) {
    main[token.context][token.symbol] += 1;
    if (token.kind === 0) distance[codeOfLength(token.length)][distanceOf(token.distance).slot] += 1;
  }
  return { main, distance };
}

const sumOf = (list) => list.reduce((sum, value) => sum + value, 0);

/** Which contexts share a code: each goes where it is cheapest, again and again. */
function cluster(counts, before, repeats) {
  let map = before;
  const used = counts.map((list) =>
    Array.from(list, (value, symbol) => [symbol, value]).filter(([, value]) => value > 0),
  );
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const sums = Array.from({ length: trees }, () => new Float64Array(symbols));
    for (let context = 0; context < contexts; context += 1)
      for (const [symbol, value] of used[context]) sums[map[context]][symbol] += value;
    const prices = sums.map((list) => {
      const total = sumOf(list) + 0.02 * symbols;
      return list.map((value) => Math.log2(total / (value + 0.02)));
    });
    map = map.map((_, context) => {
      const costOf = (tree) => used[context].reduce((sum, [symbol, value]) => sum + value * prices[tree][symbol], 0);
      const all = prices.map((_, tree) => costOf(tree));
      return used[context].length === 0 ? 0 : all.indexOf(Math.min(...all));
    });
  }
  return map;
}

/** The lengths of a prefix code, none longer than the longest; 0 for what never comes. */
function codeLengths(counts) {
  for (let scale = 1; ; scale *= 2) {
    const lengthsOf = new Uint8Array(counts.length);
    let nodes = Array.from(counts, (value, symbol) => ({ weight: Math.ceil(value / scale), leaves: [symbol] })).filter(
      ({ weight }) => weight > 0,
    );
    if (nodes.length === 1) lengthsOf[nodes[0].leaves[0]] = 1;
    while (nodes.length > 1) {
      nodes.sort((a, b) => b.weight - a.weight);
      const [a, b] = [nodes.pop(), nodes.pop()];
      if (!a || !b) break;
      const leaves = [...a.leaves, ...b.leaves];
      for (const leaf of leaves) lengthsOf[leaf] += 1;
      nodes.push({ weight: a.weight + b.weight, leaves });
    }
    if (Math.max(0, ...lengthsOf) <= longestCode) return lengthsOf;
  }
}

/** Codes of equal length count up, shorter ones come first. */
function codesOf(lengthsOf) {
  const codes = new Uint16Array(lengthsOf.length);
  let code = 0;
  for (let length = 1; length <= longestCode; length += 1) {
    for (const [symbol, its] of lengthsOf.entries()) if (its === length) codes[symbol] = code++;
    code *= 2;
  }
  return codes;
}

class BitWriter {
  #text = [];
  #held = 0;
  #count = 0;
  bits = 0;
  put(value, bits) {
    this.bits += bits;
    for (let bit = bits - 1; bit >= 0; bit -= 1) {
      this.#held = this.#held * 2 + ((value >> bit) & 1);
      if (++this.#count === 6) {
        this.#text.push(characters[this.#held]);
        this.#held = this.#count = 0;
      }
    }
  }
  /** The reader looks further than the last code. */
  end() {
    this.put(0, 24);
    return this.#text.join('');
  }
}

/** Zeros in a row: 3 to 10, and 11 to 138. */
const fewZeros = 13;
const manyZeros = 14;

function runsOf(list) {
  const runs = [];
  for (let at = 0; at < list.length;) {
    let zeros = 0;
    while (zeros < 138 && list[at + zeros] === 0) zeros += 1;
    if (zeros < 3) {
      runs.push({ symbol: list[at], bits: 0, rest: 0 });
      at += 1;
    } else {
      runs.push(
        zeros < 11 ? { symbol: fewZeros, bits: 3, rest: zeros - 3 } : { symbol: manyZeros, bits: 7, rest: zeros - 11 },
      );
      at += zeros;
    }
  }
  return runs;
}

function write(tokens, counts, map) {
  const sums = Array.from({ length: trees }, () => new Float64Array(symbols));
  for (const [context, list] of counts.main.entries())
    for (let s = 0; s < symbols; s += 1) sums[map[context]][s] += list[s];
  const main = sums.map(codeLengths);
  const distance = counts.distance.map(codeLengths);

  const writer = new BitWriter();
  const runs = runsOf([...map, ...main.flatMap((list) => [...list]), ...distance.flatMap((list) => [...list])]);
  const headCounts = new Float64Array(15);
  for (const { symbol } of runs) headCounts[symbol] += 1;
  const head = codeLengths(headCounts);
  const headCodes = codesOf(head);
  for (const length of head) writer.put(length, 4);
  for (const { symbol, bits, rest } of runs) {
    writer.put(headCodes[symbol], head[symbol]);
    writer.put(rest, bits);
  }
  const headBits = writer.bits;

  const mainCodes = main.map(codesOf);
  const distanceCodesOf = distance.map(codesOf);
  for (const token of tokens) {
    const tree = map[token.context];
    writer.put(mainCodes[tree][token.symbol], main[tree][token.symbol]);
    if (token.literal) continue;
    const { bits, rest } = lengths[token.length];
    writer.put(rest, bits);
    if (token.kind !== 0) continue;
    const code = codeOfLength(token.length);
    const slot = distanceOf(token.distance);
    writer.put(distanceCodesOf[code][slot.slot], distance[code][slot.slot]);
    writer.put(slot.rest, slot.bits);
  }
  // What never came costs what the rarest did, and a little more: its length would have to be told.
  const price = (list) => {
    const total = sumOf(list) + 1;
    return Float64Array.from(list, (value) => Math.min(Math.log2(total / Math.max(value, 0.3)), longestCode + 4));
  };
  const prices = sums.map(price);
  return {
    bits: writer.bits,
    headBits,
    text: writer.end(),
    costs: { main: Array.from(map, (tree) => prices[tree]), distance: counts.distance.map(price) },
  };
}
