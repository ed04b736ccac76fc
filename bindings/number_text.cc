// Numbers to text and back, in the place of the C library's strtod, strtoull, strtoll, snprintf and sprintf; the linker's
// --wrap puts them there (CMakeLists.txt).
//
// The JSON library calls those for next to nothing, and they bring arithmetic on 128-bit floating point and the whole of
// printf: a fifth of the binary. JavaScript reads numbers too, just as exactly. Each call of it costs as much as reading fifty
// characters, so that a peer's million of numbers must not be a million of calls: what nobody reads is not converted at all,
// and short decimals are here.
#include <emscripten/em_js.h>

#include <array>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>

#include "peer_session/number_hint.h"

EM_JS_DEPS(peer_session_number_text, "$AsciiToString");
// Called with what the JSON library has found to be a number by JSON's grammar, which Number() takes whole.
EM_JS(double, peer_session_read_number, (const char* text), { return Number(AsciiToString(text)); })

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

// Every conversion that is asked for is one hexadecimal number of at least four digits: "\u%04x" in a string with control
// characters, "<U+%.4X>" in an error message, "%p" for a type without a name. Returns the length, as printf does.
int Format(char* out, std::size_t size, const char* format, va_list arguments) {
  std::size_t length = 0;
  const auto put = [&](char character) {
    if (length + 1 < size) out[length] = character;
    ++length;
  };
  for (; *format != '\0'; ++format) {
    if (*format != '%') {
      put(*format);
      continue;
    }
    format += std::strcspn(format, "xXp");
    const unsigned value = va_arg(arguments, unsigned);
    int shift = 12;
    while (shift < 28 && (value >> shift) > 15) shift += 4;
    for (; shift >= 0; shift -= 4) put("0123456789abcdef"[(value >> shift) & 15]);
    if (*format == '\0') break;
  }
  if (size > 0) out[length < size ? length : size - 1] = '\0';
  return static_cast<int>(length);
}

}  // namespace

extern "C" {

unsigned long long __real_strtoull(const char* text, char** end, int base);
long long __real_strtoll(const char* text, char** end, int base);

double __wrap_strtod(const char* text, char** end) {
  *end = const_cast<char*>(text) + std::strlen(text);
  if (!next_number_counts) return 0;
  if (const std::optional<double> value = ReadShort(text)) return *value;
  return peer_session_read_number(text);
}

unsigned long long __wrap_strtoull(const char* text, char** end, int base) {
  if (next_number_counts) return __real_strtoull(text, end, base);
  *end = const_cast<char*>(text) + std::strlen(text);
  return 0;
}

long long __wrap_strtoll(const char* text, char** end, int base) {
  if (next_number_counts) return __real_strtoll(text, end, base);
  *end = const_cast<char*>(text) + std::strlen(text);
  return 0;
}

int __wrap_snprintf(char* out, std::size_t size, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int length = Format(out, size, format, arguments);
  va_end(arguments);
  return length;
}

// What the compiler makes of a sprintf without floating point.
int __wrap_siprintf(char* out, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int length = Format(out, 80, format, arguments);
  va_end(arguments);
  return length;
}

}  // extern "C"
