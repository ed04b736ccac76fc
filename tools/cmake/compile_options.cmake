# Flags for this project's own code; GoogleTest and nlohmann-json are not ours to warn about.
add_library(peer_session_warnings INTERFACE)
target_compile_options(
  peer_session_warnings
  INTERFACE
    -Werror
    -Wall
    -Wextra
    -Wpedantic
    -Wshadow
    -Wconversion
    -Wsign-conversion
    -Wcast-align
    -Wcast-qual
    -Wformat=2
    -Wimplicit-fallthrough
    -Wnon-virtual-dtor
    -Wold-style-cast
    -Woverloaded-virtual
    -Wnull-dereference
    -Wdouble-promotion
    -Wundef
)

# Everywhere, not only in the browser: what compiles and is tested natively is what ships.
add_library(peer_session_no_exceptions INTERFACE)
target_compile_options(peer_session_no_exceptions INTERFACE -fno-exceptions -fno-rtti)

# Empty optionals, indices out of range and the like stop a test or a fuzzer at once. (_LIBCPP_…: the WASM build's library.)
if(NOT CMAKE_BUILD_TYPE MATCHES "^(Release|MinSizeRel)$")
  add_compile_definitions(_GLIBCXX_ASSERTIONS _LIBCPP_HARDENING_MODE=_LIBCPP_HARDENING_MODE_EXTENSIVE)
endif()

if(PEER_SESSION_SANITIZE)
  set(sanitizers -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  # Lines are what a report names.
  add_compile_options(${sanitizers} -gline-tables-only)
  add_link_options(${sanitizers})
endif()

if(EMSCRIPTEN)
  # Link-time optimization needs every object, the tests' too, to be compiled alike.
  if(CMAKE_BUILD_TYPE STREQUAL "MinSizeRel")
    # CMake's own choice is -Os, a quarter larger; what either costs in time is in docs/performance.md.
    # The features are in every browser of the last years (Safari 15): a little smaller, memcpy in one instruction.
    set(CMAKE_CXX_FLAGS_MINSIZEREL "-Oz -DNDEBUG -mbulk-memory -mnontrapping-fptoint -msign-ext")
    add_compile_options(-flto)
    add_link_options(-flto)
  endif()
endif()
