/**
 * A command as one line and as its parts. No shell reads it: quotes hold spaces together and mean
 * nothing else.
 */

/**
 * The parts of a line. Single and double quotes are alike; a quote without its end reaches to the
 * line's end.
 */
export function splitLine(line: string): string[] {
  const parts: string[] = [];
  let part: string | null = null;
  let quote = "";
  for (const char of line) {
    if (quote !== "") {
      if (char === quote) quote = "";
      else part += char;
    } else if (char === '"' || char === "'") {
      quote = char;
      part ??= "";
    } else if (/\s/.test(char)) {
      if (part !== null) parts.push(part);
      part = null;
    } else {
      part = (part ?? "") + char;
    }
  }
  if (part !== null) parts.push(part);
  return parts;
}

/** A line whose parts are these. */
export function joinLine(parts: readonly string[]): string {
  return parts.map(quoted).join(" ");
}

function quoted(part: string): string {
  if (part !== "" && !/[\s"']/.test(part)) return part;
  if (!part.includes('"')) return `"${part}"`;
  // Each stretch stands in the quotes that it does not hold itself.
  return (part.match(/[^"]+|"+/g) ?? [])
    .map((stretch) => (stretch.includes('"') ? `'${stretch}'` : `"${stretch}"`))
    .join("");
}
