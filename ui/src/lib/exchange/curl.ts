/** A request as a command line that sends it again. Pure. */
import type { Exchange } from "../api/types";

/** A text as one word of a POSIX shell. */
function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Fields that curl makes itself. */
const OWN = /^(host|content-length|connection|transfer-encoding|accept-encoding)$/i;

/** `address` is the bot's, which the recorded path has lost. Without a text, `body` is `null`. */
export function curlOf(
  { method, path, request }: Pick<Exchange, "method" | "path" | "request">,
  address: string,
  body: string | null,
): string {
  const query = request.query === null || request.query === "" ? "" : `?${request.query}`;
  const url = `${address.replace(/\/$/, "")}${path === "/" && query === "" ? "" : path}${query}`;
  // A body that was decoded goes out as the text that it is.
  const headers = request.headers.filter(([name]) => !OWN.test(name) && !/^content-encoding$/i.test(name));
  const parts = [
    "curl",
    ...(method === "POST" && body !== null ? [] : ["-X", word(method)]),
    word(url),
    ...headers.flatMap(([name, value]) => ["-H", word(`${name}: ${value}`)]),
    ...(body === null ? [] : ["--data-binary", word(body)]),
  ];
  return parts.join(" ");
}
