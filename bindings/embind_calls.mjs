// What embind does in JavaScript, for this engine: functions of at most six arguments, of the types of embind_types.cc, which are
// registered first. embind's own is for classes, overloads, types that are yet to come, and whatever else may cross a border; that
// is a twentieth of the package.
//
// A library of Emscripten's: `$` is before what only JavaScript calls. It takes the place of embind's own file, but not when the
// linker makes the declarations, for which it runs the registrations with a file of its own, and without modules.
/* global MODULARIZE, addToLibrary, wire, same, makeCall, HEAPU32, Emval, __emval_decref, AsciiToString, getWasmTableEntry,
   throwBindingError, Module */
if (MODULARIZE) {
  // What the run for the declarations calls must be among the exports, which are the same.
  const ofDeclarations = ['free', '__getTypeName'];

  addToLibrary({
    // By type: what becomes of a value on its way into WebAssembly, and out of it.
    $wire: {},
    $same: (value) => value,

    // WebAssembly itself takes a boolean for an integer, and returns nothing as undefined.
    _embind_register_void__deps: ['$wire', '$same'],
    _embind_register_void: (type) => {
      wire[type] = [same, same];
    },
    _embind_register_float__deps: ['$wire', '$same'],
    _embind_register_float: (type) => {
      wire[type] = [same, same];
    },
    _embind_register_bool__deps: ['$wire', '$same'],
    _embind_register_bool: (type) => {
      wire[type] = [same, Boolean];
    },
    _embind_register_integer__deps: ['$wire', '$same'],
    _embind_register_integer: (type) => {
      wire[type] = [same, (value) => value >>> 0];
    },
    _embind_register_emval__deps: ['$wire', '$Emval', '_emval_decref'],
    _embind_register_emval: (type) => {
      wire[type] = [
        Emval.toHandle,
        (handle) => {
          const value = Emval.toValue(handle);
          __emval_decref(handle);
          return value;
        },
      ];
    },

    $makeCall__deps: ['$same'],
    $makeCall: (call, target, result, a = same, b = same, c = same, d = same, e = same, f = same) => {
      return (u, v, w, x, y, z) => result(call(target, a(u), b(v), c(w), d(x), e(y), f(z)));
    },
    _embind_register_function__deps: [
      '$wire',
      '$makeCall',
      '$AsciiToString',
      '$getWasmTableEntry',
      '$throwBindingError',
      ...ofDeclarations,
    ],
    _embind_register_function: (name, count, types, signature, call, target) => {
      const known = Array.from(HEAPU32.subarray(types >> 2, (types >> 2) + count), (type) => wire[type]);
      if (count > 7) throwBindingError(AsciiToString(name));
      const result = known.shift()[1];
      Module[AsciiToString(name)] = makeCall(getWasmTableEntry(call), target, result, ...known.map((one) => one[0]));
    },

    $throwBindingError__deps: [],
    $throwBindingError: (message) => {
      throw new Error(message);
    },
  });
}
