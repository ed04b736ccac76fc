// English first: it is what a page falls back to.
const LANGUAGES = ['en', 'de', 'fr'] as const;

export type Language = (typeof LANGUAGES)[number];

/** The first language the person reads that the page speaks, with the region it was asked for (its numbers, its dates). */
function chosenFrom(preferred: readonly string[]): { readonly language: Language; readonly locale: string } {
  for (const locale of preferred) {
    const language = LANGUAGES.find((each) => locale.toLowerCase().split('-')[0] === each);
    if (language && isKnown(locale)) return { language, locale };
  }
  return { language: LANGUAGES[0], locale: LANGUAGES[0] };
}

/** A browser's setting may be anything; what is no tag would make every `Intl` throw. */
function isKnown(locale: string): boolean {
  try {
    return Intl.NumberFormat.supportedLocalesOf(locale).length > 0;
  } catch {
    return false;
  }
}

export const { language, locale } = chosenFrom(navigator.languages);
