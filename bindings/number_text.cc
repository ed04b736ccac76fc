// Numbers to text and back, in the place of the C library's strtod, strtoull, strtoll and snprintf; the linker's --wrap puts
// them there (CMakeLists.txt).
//
// Those bring arithmetic on 128-bit floating point and the whole of printf, a fifth of the binary, for next to nothing.
// JavaScript reads and writes numbers too, just as exactly. Each call of it costs as much as reading fifty
// characters, so that a peer's million of numbers must not be a million of calls: what nobody reads is not converted at all,
// and short decimals are here.
#include <emscripten/em_js.h>

#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>

#include "peer_session/number_hint.h"

EM_JS_DEPS(peer_session_number_text, "$AsciiToString,$stringToAscii");
// Called with what the JSON library has found to be a number by JSON's grammar, which Number() takes whole.
EM_JS(double, peer_session_read_number, (const char* text), { return Number(AsciiToString(text)); })
// At most 24 characters, and a null.
EM_JS(int, peer_session_write_number, (char* out, double value), {
  const text = String(value);
  stringToAscii(text, out);
  return text.length;
})

namespace {

using peer_session::next_number_counts;

// Up to 2^53 and up to 10^22 doubles are exact, so that one multiplication or division rounds as it must (Clinger 1990). The
// text is a number by JSON's grammar.
std::optional<double> ReadShort(const char* text) {
  constexpr std::array<double, 23> kPowers = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                              1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  const bool negative = *text == '-';
  if (negative) ++text;
  std::uint64_t digits = 0;
  int power = 0;
  bool in_fraction = false;
  for (; *text != '\0' && *text != 'e' && *text != 'E'; ++text) {
    if (*text == '.') {
      in_fraction = true;
      continue;
    }
    if (digits > 900'719'925'474'098) return std::nullopt;
    digits = digits * 10 + static_cast<std::uint64_t>(*text - '0');
    power -= in_fraction ? 1 : 0;
  }
  if (*text != '\0') {
    ++text;
    const bool down = *text == '-';
    if (*text == '-' || *text == '+') ++text;
    int exponent = 0;
    for (; *text != '\0'; ++text) {
      if (exponent > 1000) return std::nullopt;
      exponent = exponent * 10 + (*text - '0');
    }
    power += down ? -exponent : exponent;
  }
  const std::size_t size = static_cast<std::size_t>(power < 0 ? -power : power);
  if (size >= kPowers.size()) return std::nullopt;
  const double value =
      power < 0 ? static_cast<double>(digits) / kPowers[size] : static_cast<double>(digits) * kPowers[size];
  return negative ? -value : value;
}

// An integer that fits whatever its digits are. The JSON library reads others as what has a fraction, which rounds alike.
std::optional<long long> ReadInteger(const char* text) {
  const bool negative = *text == '-';
  if (negative) ++text;
  if (std::strlen(text) > 18) return std::nullopt;
  long long value = 0;
  for (; *text != '\0'; ++text) value = value * 10 + (*text - '0');
  return negative ? -value : value;
}

}  // namespace

extern "C" {

double __wrap_strtod(const char* text, char** end) {
  *end = const_cast<char*>(text) + std::strlen(text);
  if (!next_number_counts) return 0;
  if (const std::optional<double> value = ReadShort(text)) return *value;
  return peer_session_read_number(text);
}

long long __wrap_strtoll(const char* text, char** end, int) {
  *end = const_cast<char*>(text) + std::strlen(text);
  if (!next_number_counts) return 0;
  const std::optional<long long> value = ReadInteger(text);
  if (!value) errno = ERANGE;
  return value.value_or(0);
}

unsigned long long __wrap_strtoull(const char* text, char** end, int base) {
  return static_cast<unsigned long long>(__wrap_strtoll(text, end, base));
}

// Only JsonWriter calls it, with one number that is finite.
int __wrap_snprintf(char* out, std::size_t, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int length = peer_session_write_number(out, va_arg(arguments, double));
  va_end(arguments);
  return length;
}

}  // extern "C"
