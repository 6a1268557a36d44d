/**
 * Text from outside as it is drawn: signs that are not seen, or that turn the line round, stand as
 * marks, the same that the command line prints. What is copied or sent is never made by this.
 */

/**
 * Controls, direction marks, signs without width, letters and blanks that are drawn as nothing; not
 * the line's own, what joins an emoji or chooses its look, and the signs of Arabic numbers, which
 * are seen.
 */
const UNSEEN = /(?!\t|\n|\r\n|\u200d|\ufe0e|\ufe0f|[\u0600-\u0605\u06dd])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{DI}\u2800]/gu;

/** A mark names the sign by its number, as in `<U+202E>`. */
export function markOf(sign: string): string {
  const code = (sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return `<U+${code}>`;
}

export function visible(text: string): string {
  return text.replace(UNSEEN, markOf);
}

/** The same for an editor that draws marks by itself. */
export const unseen = UNSEEN;
