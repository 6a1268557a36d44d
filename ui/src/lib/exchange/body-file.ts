/** What a body is called as a file, and which of its bytes go into it. Pure. */
import type { BodyInfo, Exchange, HeaderPair, Summary } from "../api/types";

const BY_KIND: Partial<Record<BodyInfo["kind"], string>> = { json: "json", xml: "xml", form: "txt" };
const BY_TYPE: Record<string, string> = {
  "text/html": "html",
  "text/css": "css",
  "text/csv": "csv",
  "text/markdown": "md",
  "text/javascript": "js",
  "application/javascript": "js",
  "application/yaml": "yaml",
  "application/pdf": "pdf",
  "application/zip": "zip",
  "application/gzip": "gz",
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/gif": "gif",
  "image/webp": "webp",
  "image/svg+xml": "svg",
  "audio/mpeg": "mp3",
  "audio/ogg": "ogg",
  "video/mp4": "mp4",
};
const BY_ENCODING: Record<string, string> = { gzip: "gz", "x-gzip": "gz", br: "br", zstd: "zst", deflate: "deflate" };
/** What no system takes in a file's name, and what it would not show. */
const UNFIT = /[^\p{L}\p{N}._-]+/gu;
const NAME_CHARS = 60;

const typeOf = (headers: readonly (readonly string[])[]) => {
  const found = headers.find(([name]) => name?.toLowerCase() === "content-type");
  return (found?.[1] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
};

/** A text in another coding is saved as the text; all else is saved as it was on the wire. */
export const isDecoded = (info: BodyInfo): boolean =>
  info.encoding !== null && info.kind !== "binary" && info.kind !== "multipart";

function extension(info: BodyInfo, headers: readonly (readonly string[])[]): string {
  const known = BY_KIND[info.kind] ?? BY_TYPE[typeOf(headers)] ?? (info.kind === "text" ? "txt" : "bin");
  if (info.encoding === null || isDecoded(info)) return known;
  return `${known}.${BY_ENCODING[info.encoding.toLowerCase()] ?? "encoded"}`;
}

/** `pay-2026-11-26-120304-request.json`: the event, the reader's time of arrival, the side. */
export function bodyFileName(
  exchange: Pick<Summary, "event" | "method" | "at">,
  side: "request" | "response",
  info: BodyInfo,
  headers: Exchange["request"]["headers"] | HeaderPair[],
): string {
  const at = new Date(exchange.at);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join("-");
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join("");
  const name = (exchange.event ?? exchange.method).replaceAll(UNFIT, "-").replaceAll(/^[-.]+|[-.]+$/g, "");
  const parts = [name.slice(0, NAME_CHARS), day, time, side].filter((part) => part !== "");
  return `${parts.join("-")}.${extension(info, headers)}`;
}
