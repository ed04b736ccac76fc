// The types that cross the border, in the place of embind's own list (bind.cpp in Emscripten's system/lib/embind): that one
// brings code for strings of three widths, views of memory and integers of 64 bits, none of which cross it. The linker takes the
// whole file from here and nothing of it from there, so that its other duties are here too.
#include <emscripten/bind.h>
#include <emscripten/wire.h>

#include <cstdint>
#include <limits>

namespace embind = emscripten::internal;

namespace {
embind::InitFunc* first_init = nullptr;
}  // namespace

extern "C" {

void _embind_initialize_bindings() {
  for (const embind::InitFunc* one = first_init; one != nullptr; one = one->next) one->init_func();
}

void _embind_register_bindings(embind::InitFunc* one) {
  one->next = first_init;
  first_init = one;
}

// For the complaint about a type that is not registered, which ends the first use of a build that has one.
const char* __getTypeName(const std::type_info*) { return nullptr; }

}  // extern "C"

EMSCRIPTEN_BINDINGS(types) {
  using embind::TypeID;
  embind::_embind_register_void(TypeID<void>::get(), "void");
  embind::_embind_register_bool(TypeID<bool>::get(), "bool", true, false);
  embind::_embind_register_integer(TypeID<std::uint32_t>::get(), "unsigned int", sizeof(std::uint32_t), 0,
                                   std::numeric_limits<std::uint32_t>::max());
  embind::_embind_register_float(TypeID<double>::get(), "double", sizeof(double));
  embind::_embind_register_emval(TypeID<emscripten::val>::get());
}
