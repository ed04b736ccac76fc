const loneSurrogates = /\p{Surrogate}/gu;

/** UTF-8 has no lone surrogates: each becomes U+FFFD, as the platform's own encoders do. */
export function toWellFormed(text: string): string {
  return text.replace(loneSurrogates, '\uFFFD');
}
