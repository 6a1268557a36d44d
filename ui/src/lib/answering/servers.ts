/**
 * The developer's own servers as fields of a form: what stands in them, what of it does not fit,
 * and the documents that come of them. Pure.
 */
import type { Answering, NewAnswering } from "../api/types";
import { RANGES } from "../api/values";
import { wholeNumber } from "../format/whole-number";

export interface ServerFields {
  /** Tells rows apart while they are added and removed. */
  key: number;
  name: string;
  url: string;
  caFile: string;
  insecure: boolean;
  connectSeconds: string;
}

/** A field of a server, named as in the API. */
export type ServerField = "name" | "url" | "ca_file" | "connect_seconds";

const CONNECT = RANGES.Upstream.connect_seconds;
const NAME_CHARS = 100;

export function newServer(key: number, url = ""): ServerFields {
  return { key, name: "", url, caFile: "", insecure: false, connectSeconds: String(CONNECT.initial) };
}

/** The remembered servers, and the one in use where it is not among them. */
export function serversOf(answering: Pick<Answering, "upstream" | "upstreams"> | null): ServerFields[] {
  const known = (answering?.upstreams ?? []).map(
    ({ name, url, ca_file, insecure, connect_seconds }, key): ServerFields => ({
      key,
      name,
      url,
      caFile: ca_file ?? "",
      insecure,
      connectSeconds: String(connect_seconds),
    }),
  );
  const used = answering?.upstream ?? null;
  return used === null || known.some(({ url }) => url === used) ? known : [...known, newServer(known.length, used)];
}

/** The row that is in use. */
export function usedOf(answering: Pick<Answering, "upstream"> | null, servers: readonly ServerFields[]): number | null {
  return servers.find(({ url }) => url === answering?.upstream)?.key ?? null;
}

/** A row in which nothing was written: it is not saved. */
export const isBlank = ({ name, url, caFile }: ServerFields): boolean => `${name}${url}${caFile}`.trim() === "";

/**
 * Whether an address is one that paths and queries can be appended to; the program looks again,
 * and knows its own addresses.
 */
export function urlFits(url: string): boolean {
  const text = url.trim();
  if (!/^https?:\/\/[^/]/i.test(text) || /[#\\\s]/.test(text) || !URL.canParse(text)) return false;
  return new URL(text).hostname !== "";
}

/** What of a row does not fit. */
export function misfits(server: ServerFields): ServerField[] {
  if (isBlank(server)) return [];
  const seconds = wholeNumber(server.connectSeconds);
  return [
    ...([...server.name.trim()].length > NAME_CHARS ? (["name"] as const) : []),
    ...(urlFits(server.url) ? [] : (["url"] as const)),
    ...(seconds >= CONNECT.min && seconds <= CONNECT.max ? [] : (["connect_seconds"] as const)),
  ];
}

/** What is saved of the rows. */
export function upstreamsOf(
  servers: readonly ServerFields[],
  used: number | null,
): Required<Pick<NewAnswering, "upstream" | "upstreams">> {
  const kept = servers.filter((one) => !isBlank(one));
  return {
    upstream: kept.find(({ key }) => key === used)?.url.trim() ?? null,
    upstreams: kept.map(({ name, url, caFile, insecure, connectSeconds }) => ({
      name: name.trim(),
      url: url.trim(),
      ca_file: caFile.trim() === "" ? null : caFile.trim(),
      insecure,
      connect_seconds: wholeNumber(connectSeconds),
    })),
  };
}

/**
 * The field that a refusal of the program is about: it names the place among what was saved, and
 * blank rows were not.
 */
export function refusedField(
  servers: readonly ServerFields[],
  used: number | null,
  pointer: string,
): { key: number; field: ServerField } | null {
  const kept = servers.filter((one) => !isBlank(one));
  if (pointer === "/upstream") return used === null ? null : { key: used, field: "url" };
  const [, index, field] = /^\/upstreams\/(\d+)\/(name|url|ca_file|connect_seconds)$/.exec(pointer) ?? [];
  const row = index === undefined ? undefined : kept[Number(index)];
  return row ? { key: row.key, field: field as ServerField } : null;
}

/** What a server is called: by its name, else by where it is. */
export function serverName(answering: Pick<Answering, "upstream" | "upstreams"> | null): string {
  const url = answering?.upstream ?? "";
  const name = answering?.upstreams.find((one) => one.url === url)?.name ?? "";
  if (name !== "") return name;
  return URL.canParse(url) ? new URL(url).host : url;
}
