/// <reference lib="esnext.disposable" preserve="true" />
// Browsers without explicit resource management lack the symbol; a method called "undefined" would help nobody.
export const disposeSymbol: typeof Symbol.dispose =
  (Symbol as Partial<SymbolConstructor>).dispose ?? (Symbol.for('Symbol.dispose') as typeof Symbol.dispose);
