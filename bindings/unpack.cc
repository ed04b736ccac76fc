// Reads back what tools/build/pack.mjs has written: the engine, as it stands in the script. A WebAssembly module of its own, which
// has no imports and is gone when the engine is compiled.
//
// The text is the digits of one long number, six bits a character, by which an arithmetic decoder tells bits: the more likely a bit
// was, the less of the number it takes. The bits are the path to a byte through one of two prefix codes: that of bytes which begin
// an instruction, and that of operands. How likely a bit is follows from where in the path it is and four contexts: what was
// read just before, the instruction so far with the last two and with the last four opcodes, and the place in the instruction. The
// lengths of the codes come first, written in the same way.
#include <cstddef>
#include <cstdint>

namespace {

constexpr unsigned kByteValues = 256;
constexpr unsigned kLongestCode = 15;
constexpr unsigned kTrees = 2;
constexpr unsigned kContexts = 4;
constexpr unsigned kTableSize = 1U << 19U;
// So many steps of a path lie side by side in the table, for the sake of the cache.
constexpr unsigned kNodes = 32;
constexpr int kSurest = 2047;
constexpr int kFirstStep = 250;
constexpr int kStep = 85;

const unsigned char* text;
unsigned range;
unsigned code;

unsigned Digit() {
  // From '=' to '~' without the backslash and the backtick.
  const unsigned character = *text++;
  return character - 61 - (character > 92) - (character > 96);
}

// Logarithms of odds in 4096ths; 0 where nothing has come by. The odds of a bit are the product of what all contexts say.
std::int16_t table[kTableSize + kNodes];
// By the logarithm of the odds, in 256ths: the chance in 65536ths.
std::uint16_t chances[2 * (kSurest + 1)];

unsigned hashes[kContexts];
std::int16_t* nodes[kContexts];

// Not one with its caller: an engine makes fast code of what is called often.
[[gnu::noinline]] unsigned Bit(unsigned node) {
  int odds = 0;
#pragma clang loop unroll(full)
  for (const std::int16_t* context : nodes) odds += context[node];
  odds >>= 4;
  if (odds > kSurest) odds = kSurest;
  if (odds < -kSurest) odds = -kSurest;
  const unsigned chance = chances[odds + kSurest + 1];
  const unsigned bound = (range >> 16U) * chance;
  unsigned bit = 0;
  int error = -static_cast<int>(chance);
  if (code < bound) {
    // Keeps the branch: the processor guesses it, but would wait for a value that is chosen.
    asm volatile("");
    bit = 1;
    error += 65536;
    range = bound;
  } else {
    code -= bound;
    range -= bound;
  }
  for (; range < 1U << 26U; range <<= 6U) code = code << 6U | Digit();
  error >>= 4;
  const int first = error * kFirstStep >> 8;
  const int later = error * kStep >> 8;
#pragma clang loop unroll(full)
  for (std::int16_t* context : nodes) {
    const int before = context[node];
    context[node] = static_cast<std::int16_t>(before + (before != 0 ? later : first));
  }
  return bit;
}

// Odd, and their bits without a pattern: what is multiplied by them lies anywhere.
constexpr unsigned kSpreading = 0x9e3779b1U;
constexpr unsigned kMixing = 0x2c1b3c6dU;

unsigned Hash(unsigned a, unsigned b) {
  const unsigned mixed = (a ^ b * kSpreading) * kMixing;
  return mixed ^ mixed >> 15U;
}

struct Tree {
  // The shortest codes first.
  unsigned char symbols[kByteValues];
  std::uint16_t counts[kLongestCode];
};
Tree trees[kTrees];
unsigned char lengths[kTrees * kByteValues];

void BuildTrees() {
  const unsigned char* length = lengths;
  for (Tree& tree : trees) {
    unsigned symbols = 0;
    for (unsigned bits = 1; bits <= kLongestCode; ++bits) {
      const unsigned before = symbols;
      for (unsigned symbol = 0; symbol < kByteValues; ++symbol) {
        if (length[symbol] == bits) tree.symbols[symbols++] = static_cast<unsigned char>(symbol);
      }
      tree.counts[bits - 1] = static_cast<std::uint16_t>(symbols - before);
    }
    length += kByteValues;
  }
}

[[gnu::noinline]] unsigned Byte(const Tree& tree) {
  unsigned node = kNodes;
  unsigned path = 0;
  const unsigned char* symbols = tree.symbols;
  for (const unsigned count : tree.counts) {
    if (node >= kNodes) {
#pragma clang loop unroll(full)
      for (unsigned context = 0; context < kContexts; ++context) {
        hashes[context] += node * kMixing;
        nodes[context] = table + hashes[context] % kTableSize;
      }
      node = 1;
    }
    const unsigned bit = Bit(node);
    node = node * 2 + bit;
    path = path * 2 + bit;
    if (path < count) return symbols[path];
    path -= count;
    symbols += count;
  }
  return 0;
}

// How many operands the instructions have that are common: in a byte or more, the last of which is below 128.
unsigned OperandsOf(unsigned opcode) {
  if (opcode < 0x28) return 0x1f0001301cULL >> opcode & 1U;
  if (opcode < 0x3f) return 2;
  return opcode - 0x41 < 2;
}

void Read(unsigned char* out, std::size_t size) {
  unsigned last = 0;
  unsigned opcode = 0;
  unsigned opcodes = 0;
  unsigned instruction = 0;
  unsigned length = 0;
  unsigned operands = 0;
  for (; size > 0; --size) {
    hashes[0] = (last | opcode << 8U | operands << 16U) * kSpreading;
    hashes[1] = Hash(instruction, opcodes & 0xffffU);
    hashes[2] = (operands * 4 + (length < 3 ? length : 3)) * kSpreading;
    hashes[3] = Hash(instruction, opcodes);
    last = Byte(trees[operands > 0]);
    *out++ = static_cast<unsigned char>(last);
    ++length;
    if (operands == 0) {
      length = 0;
      opcode = last;
      operands = OperandsOf(opcode);
    } else if (last < 128) {
      --operands;
    }
    instruction = Hash(instruction, last);
    if (operands > 0) continue;
    instruction = 0;
    opcodes = opcodes << 8U | opcode;
  }
}

}  // namespace

// How JavaScript calls it.
extern "C" void unpack(const unsigned char* from, unsigned char* out, std::size_t size) {
  // The logistic function, by its differential equation.
  unsigned rest = 1U << 27U;
  for (unsigned odds = 0; odds <= kSurest; ++odds) {
    chances[kSurest + 1 + odds] = static_cast<std::uint16_t>(65536 - (rest >> 12U));
    chances[kSurest + 1 - odds] = static_cast<std::uint16_t>(rest >> 12U);
    rest -= (rest >> 14U) * (((1U << 28U) - rest) >> 14U) >> 8U;
  }
  text = from;
  for (unsigned digit = 0; digit < 5; ++digit) code = code << 6U | Digit();
  range = (1U << 30U) - 1;
  // The lengths themselves are plain bytes.
  for (unsigned char& length : lengths) length = 8;
  BuildTrees();
  Read(lengths, sizeof lengths);
  BuildTrees();
  Read(out, size);
}
