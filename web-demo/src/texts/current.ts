import { de } from './de.js';
import { en, type Texts } from './en.js';
import { fr } from './fr.js';
import { language } from './language.js';

/** Every text of the page, in the language of who looks at it. */
export const texts: Texts = { en, de, fr }[language];

/** Why a transfer failed, by the package's code. */
export function failureText(code: string): string {
  return byCode(texts.failures, code) ?? texts.failedOtherwise(code);
}

/** Why the server does not let the page in, by its code. */
export function refusalText(code: string): string {
  return byCode(texts.room.refusals, code) ?? texts.room.refusedOtherwise(code);
}

function byCode(table: Readonly<Record<string, string>>, code: string): string | undefined {
  return Object.hasOwn(table, code) ? table[code] : undefined;
}
