import { fileURLToPath } from 'node:url';
import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const repository = fileURLToPath(new URL('.', import.meta.url));

/** @returns {Record<string, 'readonly'>} */
const globals = (names) => Object.fromEntries(names.split(' ').map((name) => [name, 'readonly']));

const nodeGlobals = globals(
  'process console Buffer URL URLSearchParams AbortController AbortSignal Blob ReadableStream WritableStream File Event EventTarget CustomEvent ' +
    'MessageEvent DOMException TextEncoder TextDecoder WebAssembly WebSocket atob btoa crypto fetch performance ' +
    'queueMicrotask setImmediate clearImmediate setInterval clearInterval setTimeout clearTimeout structuredClone',
);
export default tseslint.config(
  { ignores: ['build/', 'dist/', 'web-demo/dist/', 'test-results/', '.toolchain/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        project: [
          './tsconfig.json',
          './web-demo/tsconfig.json',
          './web-demo/offline/tsconfig.json',
          './examples/tsconfig.json',
          './tests/consumer/client/tsconfig.json',
        ],
        tsconfigRootDir: repository,
      },
    },
    rules: {
      // Numbers and booleans read well in a template; objects, which would print as [object Object], stay refused.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // `() => call()` is how a callback that returns nothing is written.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Empty callbacks and empty defaults say "nothing to do" as plainly as a comment would.
      '@typescript-eslint/no-empty-function': 'off',
    },
  },
  {
    // PeerJS declares its options as a class, and is given a plain object by everybody.
    files: ['examples/with-peerjs.ts'],
    rules: { '@typescript-eslint/no-unsafe-class-instance-assignment': 'off' },
  },
  {
    // French has no-break spaces before its double punctuation.
    files: ['web-demo/src/texts/*.ts'],
    rules: { 'no-irregular-whitespace': ['error', { skipTemplates: true }] },
  },
  {
    files: ['**/*.d.ts'],
    extends: [tseslint.configs.disableTypeChecked],
  },
  {
    files: ['**/*.mjs'],
    languageOptions: { ecmaVersion: 'latest', sourceType: 'module', globals: nodeGlobals },
  },
  {
    // Tests of a page, in jsdom.
    files: ['examples/testing/*.mjs'],
    languageOptions: { globals: globals('document') },
  },
  {
    files: [
      'tests/e2e/**/*.mjs',
      'tests/browser/**/*.mjs',
      'tests/support/mesh/**/*.mjs',
      'tests/stacks/**/*.mjs',
      'tests/examples/**/*.mjs',
      'tests/bench/**/*.mjs',
      'tests/cli/browser.test.mjs',
      'tests/consumer/app/*.mjs',
      'tests/consumer/application.mjs',
      'tests/consumer/next/*.js',
    ],
    // Half of their code runs inside the page that Playwright drives, with a browser's globals.
    rules: { 'no-undef': 'off' },
  },
);
