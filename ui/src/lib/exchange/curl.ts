/** A request as a command line that sends it again. Pure. */
import type { Exchange, HeaderPair } from "../api/types";
import { inUtf8 } from "./charset";

/** A text as one word of a POSIX shell; zsh takes `=a` for the path of a program. */
function word(text: string): string {
  return /^[\w@%+:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Fields that curl makes itself. */
const OWN = /^(:.*|host|content-length|connection|transfer-encoding|accept-encoding)$/i;
/** A part of a path that curl would take away: `.` or `..`, escaped or not. */
const DOTS = /\/(\.|%2e){1,2}(\/|$)/i;

/** A field of curl's `-H`; one that is empty has a semicolon, for a colon would leave it out. */
const fieldOf = (name: string, value: string): string => word(value === "" ? `${name};` : `${name}: ${value}`);

function methodOf(method: string, hasBody: boolean): string[] {
  if (method === "POST" && hasBody) return [];
  // With `-X HEAD` curl would wait for the body that the answer's length promises.
  return method === "HEAD" && !hasBody ? ["--head"] : ["-X", word(method)];
}

/** `address` is the bot's, which the recorded path has lost. Without a text, `body` is `null`. */
export function curlOf(
  { method, path, request }: Pick<Exchange, "method" | "path" | "request">,
  address: string,
  body: string | null,
): string {
  const query = request.query === null || request.query === "" ? "" : `?${request.query}`;
  const url = `${address.replace(/\/$/, "")}${path === "/" && query === "" ? "" : path}${query}`;
  // A body that was decoded goes out as the text that it is.
  const headers = request.headers
    .filter(([name]) => !OWN.test(name) && !/^content-encoding$/i.test(name))
    .map(([name, value]): HeaderPair => (body === null ? [name, value] : inUtf8([name, value], body)));
  // What curl would add of its own: a form's type to a body, and its name.
  const added = [...(body === null ? [] : ["Content-Type"]), "Accept", "User-Agent"].filter((name) =>
    headers.every(([other]) => other.toLowerCase() !== name.toLowerCase()),
  );
  const parts = [
    "curl",
    ...methodOf(method, body !== null),
    ...(/[[\]{}]/.test(url) ? ["-g"] : []),
    ...(DOTS.test(path) ? ["--path-as-is"] : []),
    word(url),
    ...headers.flatMap(([name, value]) => ["-H", fieldOf(name, value)]),
    ...added.flatMap((name) => ["-H", word(`${name}:`)]),
    // Unlike `--data-binary`, `--data-raw` takes a leading @ as it is; both keep line breaks.
    ...(body === null ? [] : ["--data-raw", word(body)]),
  ];
  return parts.join(" ");
}
