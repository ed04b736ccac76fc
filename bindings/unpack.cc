// Reads back what tools/build/pack.mjs has written: the engine, as it stands in the script. A WebAssembly module of its own, which
// has no imports and is gone when the engine is compiled.
//
// The text is six bits a character. It begins with a prefix code for what follows it: which of the codes below is used after
// which byte, and the lengths of them all. Then come the bytes: literals, and what was there before, by its length and one of the
// last three distances or a new one.
#include <cstddef>
#include <cstdint>

namespace {

constexpr unsigned kLiterals = 256;
constexpr unsigned kLengthSlots = 20;
constexpr unsigned kSymbols = kLiterals + 4 * kLengthSlots;
constexpr unsigned kDistanceSlots = 40;
constexpr unsigned kTrees = 8;
constexpr unsigned kDistanceTrees = 3;
constexpr unsigned kContexts = 512;
constexpr unsigned kLongestCode = 11;
constexpr unsigned kHeadSymbols = 15;
constexpr unsigned kFewZeros = 13;
constexpr unsigned kLengths = kContexts + kTrees * kSymbols + kDistanceTrees * kDistanceSlots;

const unsigned char* text;
unsigned held;
unsigned count;

unsigned Take(unsigned bits) {
  while (count < bits) {
    // From '=' to '~' without the backslash and the backtick.
    const unsigned character = *text++;
    held = held << 6U | (character - 61 - (character > 92) - (character > 96));
    count += 6;
  }
  count -= bits;
  return held >> count & ((1U << bits) - 1);
}

// By the next eleven bits: the symbol they begin with, and how many of them it has.
using Code = std::uint16_t[1U << kLongestCode];

Code codes[kTrees + kDistanceTrees];
Code head;
unsigned char lengths[kLengths];

void Read(Code& code, const unsigned char* length, unsigned symbols) {
  std::uint16_t* next = code;
  for (unsigned bits = 1; bits <= kLongestCode; ++bits) {
    for (unsigned symbol = 0; symbol < symbols; ++symbol) {
      if (length[symbol] != bits) continue;
      for (unsigned left = 1U << (kLongestCode - bits); left > 0; --left) {
        *next++ = static_cast<std::uint16_t>(symbol << 4U | bits);
      }
    }
  }
}

unsigned Symbol(const Code& code) {
  const unsigned entry = code[Take(kLongestCode)];
  count += kLongestCode - (entry & 15U);
  return entry >> 4U;
}

// A number in a place among slots that double.
unsigned Number(unsigned slot, unsigned plain, unsigned bits) {
  if (slot < plain) return slot;
  bits += (slot - plain) / 2;
  return ((2 | (slot & 1U)) << bits) + Take(bits);
}

}  // namespace

// `out`: behind a zero.
// How JavaScript calls it.
extern "C" void unpack(const unsigned char* from, unsigned char* out, std::size_t size) {
  text = from;
  for (unsigned symbol = 0; symbol < kHeadSymbols; ++symbol) lengths[symbol] = static_cast<unsigned char>(Take(4));
  Read(head, lengths, kHeadSymbols);
  for (unsigned at = 0; at < kLengths;) {
    const unsigned symbol = Symbol(head);
    unsigned zeros = 0;
    if (symbol < kFewZeros) {
      lengths[at++] = static_cast<unsigned char>(symbol);
    } else {
      zeros = symbol == kFewZeros ? Take(3) + 3 : Take(7) + 11;
    }
    for (; zeros > 0; --zeros) lengths[at++] = 0;
  }
  const unsigned char* length = lengths + kContexts;
  for (unsigned tree = 0; tree < kTrees + kDistanceTrees; ++tree) {
    const unsigned symbols = tree < kTrees ? kSymbols : kDistanceSlots;
    Read(codes[tree], length, symbols);
    length += symbols;
  }

  unsigned recent[4] = {0, 1, 1, 1};
  unsigned context = 0;
  for (const unsigned char* const end = out + size; out < end;) {
    unsigned symbol = Symbol(codes[lengths[context + out[-1]]]);
    if (symbol < kLiterals) {
      *out++ = static_cast<unsigned char>(symbol);
      context = 0;
      continue;
    }
    symbol -= kLiterals;
    unsigned kind = symbol / kLengthSlots;
    unsigned left = Number(symbol % kLengthSlots, 8, 2) + 2;
    if (kind == 0) {
      const unsigned tree = kTrees + (left < 4 ? left - 2 : 2);
      recent[0] = Number(Symbol(codes[tree]), 4, 1) + 1;
      kind = 3;
    } else {
      recent[0] = recent[kind];
    }
    for (; kind > 1; --kind) recent[kind] = recent[kind - 1];
    recent[1] = recent[0];
    for (; left > 0; --left, ++out) *out = *(out - recent[0]);
    context = 256;
  }
}
