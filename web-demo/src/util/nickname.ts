const COLOURS = [
  'Amber',
  'Azure',
  'Coral',
  'Crimson',
  'Golden',
  'Hazel',
  'Indigo',
  'Ivory',
  'Jade',
  'Lemon',
  'Lilac',
  'Maroon',
  'Olive',
  'Pearl',
  'Scarlet',
  'Silver',
] as const;
const ANIMALS = [
  'Badger',
  'Beaver',
  'Crane',
  'Dolphin',
  'Falcon',
  'Ferret',
  'Fox',
  'Heron',
  'Ibex',
  'Koala',
  'Lynx',
  'Marten',
  'Otter',
  'Panda',
  'Puffin',
  'Raven',
] as const;

/** A name people can say aloud, the same on every page: "Jade Otter" instead of a UUID. */
export function nickname(id: string): string {
  let hash = 0;
  for (const char of id) hash = (Math.imul(hash, 31) + char.charCodeAt(0)) >>> 0;
  const colour = COLOURS[hash % COLOURS.length] ?? COLOURS[0];
  const animal = ANIMALS[(hash >>> 8) % ANIMALS.length] ?? ANIMALS[0];
  return `${colour} ${animal}`;
}
