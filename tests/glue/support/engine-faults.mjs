// @ts-check
// What a test must do to the engine's WebAssembly, which is private to the package: every instance passes through here.
const { Instance, Memory, Module } = WebAssembly;

// (module (func (export "trap") unreachable))
const trapModule = new Uint8Array([
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x04, 0x01, 0x60, 0x00, 0x00, 0x03, 0x02, 0x01, 0x00],
  ...[0x07, 0x08, 0x01, 0x04, 0x74, 0x72, 0x61, 0x70, 0x00, 0x00, 0x0a, 0x05, 0x01, 0x03, 0x00, 0x00, 0x0b],
]);
const trap = /** @type {() => never} */ (new Instance(new Module(trapModule)).exports.trap);

/**
 * The memory of every instance that was made, in order.
 *
 * @type {WebAssembly.Memory[]}
 */
export const memories = [];

let isArmed = false;

/** The engine's next call of one of its imports traps, in the middle of whatever the engine does. */
export function trapAtNextImport() {
  isArmed = true;
}

const orTrap =
  (imported) =>
  (...args) => {
    if (isArmed) {
      isArmed = false;
      trap();
    }
    return imported(...args);
  };

WebAssembly.Instance = /** @type {any} */ (
  new Proxy(Instance, {
    construct(target, [module, imports]) {
      /** @type {WebAssembly.Imports} */
      const wrapped = {};
      for (const [name, functions] of Object.entries(imports)) {
        wrapped[name] = Object.fromEntries(Object.entries(functions).map(([key, value]) => [key, orTrap(value)]));
      }
      const instance = new target(module, wrapped);
      memories.push(...Object.values(instance.exports).filter((value) => value instanceof Memory));
      return instance;
    },
  })
);

/** While the work runs, no memory can grow. */
export async function withoutRoom(work) {
  const { grow } = Memory.prototype;
  Memory.prototype.grow = () => {
    throw new RangeError('no room');
  };
  try {
    return await work();
  } finally {
    Memory.prototype.grow = grow;
  }
}
