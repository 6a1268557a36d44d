/** A request as a command line that sends it again. Pure. */
import type { Exchange, HeaderPair } from "../api/types";
import { asUtf8, inUtf8 } from "./charset";

/** A text as one word of a POSIX shell; zsh takes `=a` for the path of a program. */
function word(text: string): string {
  return /^[\w@%+:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Fields that curl makes itself. */
const OWN = /^(:.*|host|content-length|connection|transfer-encoding|accept-encoding)$/i;
/** A part of a path that curl would take away: `.` or `..`, escaped or not. */
const DOTS = /\/(\.|%2e){1,2}(\/|$)/i;

/** Past this a system may refuse it as one word (Linux: 128 KiB). */
const WORD_BYTES = 100_000;
/** What a command holds of a body; a longer one is read from a file. */
export const CURL_BYTES = 256 * 1024;

/**
 * A body: its text, its bytes where it is none, or the file that it was saved as, which holds the
 * text of a body that was coded.
 */
export type CurlBody = string | Uint8Array | { file: string; decoded: boolean } | null;

/**
 * Bytes as the format of `printf`, which any POSIX shell has; a word cannot hold a zero byte, nor
 * what is not UTF-8.
 */
function printed(bytes: Uint8Array): string {
  const escaped = Array.from(bytes, (byte) => {
    const letter = String.fromCharCode(byte);
    if (letter === "%" || letter === "\\") return letter + letter;
    const plain = byte >= 0x20 && byte < 0x7f && letter !== "'";
    return plain ? letter : `\\${byte.toString(8).padStart(3, "0")}`;
  });
  return `printf '${escaped.join("")}' | `;
}

/** What stands before `curl`, and its last words. */
function sent(body: CurlBody): { before: string; words: string[] } {
  if (body === null) return { before: "", words: [] };
  if (typeof body === "object" && "file" in body)
    return { before: "", words: ["--data-binary", word(`@${body.file}`)] };
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  // Unlike `--data-binary`, `--data-raw` takes a leading @ as it is; both keep line breaks.
  if (typeof body === "string" && bytes.length <= WORD_BYTES) return { before: "", words: ["--data-raw", word(body)] };
  return { before: printed(bytes), words: ["--data-binary", "@-"] };
}

/** A field of curl's `-H`; one that is empty has a semicolon, for a colon would leave it out. */
const fieldOf = (name: string, value: string): string => word(value === "" ? `${name};` : `${name}: ${value}`);

function methodOf(method: string, hasBody: boolean): string[] {
  if (method === "POST" && hasBody) return [];
  if (method !== "HEAD") return ["-X", word(method)];
  // With `-X HEAD` curl would wait for the body that the answer's length promises; `--head` takes
  // no body along.
  return hasBody ? ["-X", "HEAD", "--ignore-content-length", "-H", "'Connection: close'"] : ["--head"];
}

/**
 * `address` is the bot's, which the recorded path has lost. A text goes out as it is, whatever it
 * was coded in, a file of one too; bytes and a file of them go out as they came.
 */
export function curlOf(
  { method, path, request }: Pick<Exchange, "method" | "path" | "request">,
  address: string,
  body: CurlBody,
): string {
  const query = request.query === null || request.query === "" ? "" : `?${request.query}`;
  const url = `${address.replace(/\/$/, "")}${path === "/" && query === "" ? "" : path}${query}`;
  // A body that was decoded goes out as the text that it is, without its coding's name.
  const decoded = typeof body === "string" || (body !== null && "decoded" in body && body.decoded);
  const headers = request.headers
    .filter(([name]) => !OWN.test(name) && !(decoded && /^content-encoding$/i.test(name)))
    .map(([name, value]): HeaderPair => {
      if (typeof body === "string") return inUtf8([name, value], body);
      return decoded ? asUtf8([name, value]) : [name, value];
    });
  // What curl would add of its own: a form's type to a body, and its name.
  const added = [...(body === null ? [] : ["Content-Type"]), "Accept", "User-Agent"].filter((name) =>
    headers.every(([other]) => other.toLowerCase() !== name.toLowerCase()),
  );
  const { before, words } = sent(body);
  const parts = [
    "curl",
    ...methodOf(method, body !== null),
    ...(/[[\]{}]/.test(url) ? ["-g"] : []),
    ...(DOTS.test(path) ? ["--path-as-is"] : []),
    word(url),
    ...headers.flatMap(([name, value]) => ["-H", fieldOf(name, value)]),
    ...added.flatMap((name) => ["-H", word(`${name}:`)]),
    ...words,
  ];
  return before + parts.join(" ");
}
