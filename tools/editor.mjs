// npm run editor: clangd, and the compile_commands.json of both halves that .clangd and .vscode point at.
import { configurePreset } from './build/cmake.mjs';
import { runAsCommand, setUp } from './setup.mjs';

await runAsCommand(async () => {
  const environment = await setUp(['build', 'test', 'editor']);
  return ['native-debug', 'wasm-release'].every((preset) => configurePreset(preset, environment)) ? 0 : 1;
});
