import { locale } from './language.js';

type Forms = { readonly [Rule in Intl.LDMLPluralRule]?: string } & { readonly other: string };

const rules = new Intl.PluralRules(locale);
const numbers = new Intl.NumberFormat(locale);

/** A count before what is counted: `counted(2, { one: 'file', other: 'files' })`. */
export function counted(count: number, forms: Forms): string {
  return `${numbers.format(count)} ${formFor(count, forms)}`;
}

/** The form of a word, or of a sentence, that goes with a count. */
export function formFor(count: number, forms: Forms): string {
  return forms[rules.select(count)] ?? forms.other;
}
