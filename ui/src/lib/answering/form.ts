/**
 * The form of how a bot is answered: what stands in its fields, and the document that comes of it.
 * Pure.
 */
import type { Answering, Fallback, HeaderPair, NewAnswering } from "../api/types";
import { RANGES } from "../api/values";
import { wholeNumber } from "../format/whole-number";
import { type ServerFields, serversOf, upstreamsOf, usedOf } from "./servers";

export interface AnsweringFields {
  seconds: string;
  /** The seconds count from the first turn of one message. */
  perMessage: boolean;
  fallback: Fallback;
  /** The developer's own servers, and which of them is in use. */
  servers: ServerFields[];
  used: number | null;
  status: string;
  headers: HeaderPair[];
  /** The default answer as text. */
  body: string;
  /** Bytes that are no text, as they are known; they stay while `body` is empty. */
  bytes: string | null;
}

/** The lengths of a hold that callers are known for. */
export const HOLD_PRESETS = [7, 15, 50] as const;

const SECONDS = RANGES.Hold.seconds;
const EMPTY_OBJECT = "{}";

export function fieldsOf(answering: Answering | null): AnsweringFields {
  const given = answering?.default_answer;
  const bytes = given?.body_base64 ?? null;
  const servers = serversOf(answering);
  return {
    seconds: String(answering?.hold.seconds ?? SECONDS.initial),
    fallback: answering?.hold.fallback ?? "default",
    perMessage: answering?.hold.per_message ?? true,
    servers,
    used: usedOf(answering, servers),
    status: String(given?.status ?? 200),
    headers: given?.headers ?? [],
    body: given?.body ?? (bytes === null ? EMPTY_OBJECT : ""),
    bytes,
  };
}

export function secondsFit(seconds: string): boolean {
  const value = wholeNumber(seconds);
  return value >= SECONDS.min && value <= SECONDS.max;
}

/**
 * What is saved: the present document with the fields of the form in their places, and all else as
 * it was.
 */
export function answeringOf(present: Answering, fields: AnsweringFields): NewAnswering {
  const { bytes, body } = fields;
  // One that is left as the platform has it stays the platform's: `default_answer_given` says so.
  return {
    ...present,
    ...upstreamsOf(fields.servers, fields.used),
    hold: {
      ...present.hold,
      seconds: Number(fields.seconds),
      fallback: fields.fallback,
      per_message: fields.perMessage,
    },
    default_answer: {
      status: Number(fields.status),
      headers: fields.headers.filter(([name]) => name.trim() !== ""),
      ...(bytes !== null && body === "" ? { body_base64: bytes } : { body }),
    },
  };
}
