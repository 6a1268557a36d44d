/**
 * JSON as it is read: `\u041f` as the letter it stands for. The value stays the same; signs that
 * are not seen, and those that JSON cannot hold bare, stay escaped. Pure.
 */
const ESCAPE = /\\(?:u([0-9a-fA-F]{4})(?:\\u([dD][c-fC-F][0-9a-fA-F]{2}))?|[^u])/g;
const BARE = /^[^\p{Cc}\p{Cf}\p{Cs}\p{Cn}\p{Z}"\\]$/u;

export function withLetters(json: string): string {
  if (!json.includes("\\u")) return json;
  return json.replace(ESCAPE, (escape, first?: string, second?: string) => {
    if (first === undefined) return escape;
    const pair = String.fromCharCode(parseInt(first, 16), ...(second === undefined ? [] : [parseInt(second, 16)]));
    if (BARE.test(pair)) return pair;
    // A low half that belongs to nothing leaves the letter before it as it is.
    const letter = pair.charAt(0);
    return second !== undefined && BARE.test(letter) ? `${letter}\\u${second}` : escape;
  });
}
