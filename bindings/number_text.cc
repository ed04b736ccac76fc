// Numbers to text and back, in the place of the C library's strtod, snprintf and sprintf; the linker's --wrap puts them
// there (CMakeLists.txt).
//
// The JSON library calls those three for next to nothing, and they bring arithmetic on 128-bit floating point and the
// whole of printf: a fifth of the binary. JavaScript reads numbers too, just as exactly.
#include <emscripten/em_js.h>

#include <cstdarg>
#include <cstddef>
#include <cstring>

// Called with what the JSON library has found to be a number by JSON's grammar, which Number() takes whole.
EM_JS(double, peer_session_read_number, (const char* text), { return Number(UTF8ToString(text)); })

namespace {

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

double __wrap_strtod(const char* text, char** end) {
  *end = const_cast<char*>(text) + std::strlen(text);
  return peer_session_read_number(text);
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
