/**
 * The client of the control API: typed calls, with token and language on each, and errors of two
 * classes.
 */
import createClient, { type Client } from "openapi-fetch";

import { errorFrom, isAbort, Unreachable } from "./errors";
import type { Credentials } from "../host/types";
import type { paths } from "./schema";

export interface ClientContext {
  /** Same origin in the window and in the browser; other values serve tests. */
  base: string;
  /** The token, and where another is looked for when it is refused; none in the window. */
  credentials: Credentials | null;
  language: () => string;
  /** Called with the `Date` header of each answer and the moments around the call. */
  onDate?: (date: string, sent: number, received: number) => void;
}

export type ApiClient = Client<paths>;

export function makeClient(context: ClientContext): ApiClient {
  return createClient<paths>({
    baseUrl: context.base,
    cache: "no-store",
    fetch: async (request) => {
      request.headers.set("Accept-Language", context.language());
      const token = context.credentials?.token ?? null;
      const again = context.credentials === null ? null : request.clone();
      const response = await send(request, token, context.onDate);
      if (response.status !== 401 || again === null) return response;
      const renewed = await context.credentials?.renew(token);
      return renewed ? send(again, context.credentials?.token ?? null, context.onDate) : response;
    },
  });
}

async function send(request: Request, token: string | null, onDate: ClientContext["onDate"]): Promise<Response> {
  if (token !== null) request.headers.set("Authorization", `Bearer ${token}`);
  const sent = Date.now();
  try {
    const response = await fetch(request);
    const date = response.headers.get("Date");
    if (date !== null) onDate?.(date, sent, Date.now());
    return response;
  } catch (error) {
    throw isAbort(error) ? error : new Unreachable(error);
  }
}

/** What came back: the type of `data` is the operation's own, as the generated schema has it. */
interface Answered<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The document of the answer; an error's answer is thrown. */
export async function unwrap<T>(call: Promise<Answered<T>>): Promise<T> {
  const { data, response } = await settled(call);
  // An answer without a document does not come from the program.
  if (data === undefined) throw new Unreachable(new Error(`HTTP ${response.status} without a document`));
  return data;
}

/** The bytes of the answer, with its status and headers; an error's answer is thrown. */
export async function readBytes(call: Promise<Answered<ArrayBuffer>>): Promise<ReadBytes> {
  const { data, response } = await settled(call);
  return { bytes: data ? new Uint8Array(data) : new Uint8Array(), headers: response.headers, status: response.status };
}

export interface ReadBytes {
  bytes: Uint8Array<ArrayBuffer>;
  headers: Headers;
  status: number;
}

/** Waits for an answer whose document nobody reads; an error's answer is thrown. */
export async function done(call: Promise<Answered<unknown>>): Promise<void> {
  await settled(call);
}

async function settled<T>(call: Promise<Answered<T>>): Promise<Answered<T>> {
  let answered: Answered<T>;
  try {
    answered = await call;
  } catch (error) {
    // An answer that breaks off is a connection lost, and one that is no JSON does not come from
    // the program.
    throw isAbort(error) || error instanceof Unreachable ? error : new Unreachable(error);
  }
  if (!answered.response.ok) throw errorFrom(answered.response.status, answered.error);
  return answered;
}
