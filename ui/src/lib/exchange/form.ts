/**
 * The fields of a form, with their escapes read as the letters they mean: in UTF-8, else in the
 * charset that the body names, else in the Cyrillic of Windows, which senders use unnamed. Pure.
 */

/** Names and values, in order. `charset`: what the body is read in. */
export function formFields(text: string, charset: string | null): [string, string][] {
  const pairs = text.split("&").filter((pair) => pair !== "");
  return pairs.map((pair) => {
    const at = pair.indexOf("=");
    const [name, value] = at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
    return [unescaped(name, charset), unescaped(value, charset)];
  });
}

function unescaped(text: string, charset: string | null): string {
  // Letters that were not escaped were read with the body already, so each run of escapes is read
  // by itself.
  return text.replaceAll("+", " ").replace(/(?:%[\da-f]{2})+/gi, (run) => {
    const bytes = Uint8Array.from(run.slice(1).split("%"), (hex) => Number.parseInt(hex, 16));
    for (const label of ["utf-8", charset ?? "utf-8", "windows-1251"]) {
      try {
        return new TextDecoder(label, { fatal: true, ignoreBOM: true }).decode(bytes);
      } catch {
        // Not in this charset, or a charset that this browser does not have.
      }
    }
    return run;
  });
}
