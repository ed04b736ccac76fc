// C++'s allocation, in the place of the library's: that one brings handlers to ask for more memory, an exception to throw when
// there is none, and what tells types of exceptions apart. Here malloc() itself stops the engine (CMakeLists.txt).
#include <cstddef>
#include <cstdlib>
#include <new>

void* operator new(std::size_t size) {
  void* const memory = std::malloc(size);
  if (memory == nullptr) __builtin_trap();
  return memory;
}

void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
