export function say(text) {
  process.stdout.write(`setup: ${text}\n`);
}
