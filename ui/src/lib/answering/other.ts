/** Answers that an editor takes over: one that went out, and one of the developer's own server. */
import type { Api } from "../api/api";
import type { BodyInfo, Exchange, HeaderPair, ResponseView, Side } from "../api/types";
import { asUtf8 } from "../exchange/charset";
import type { Draft, Given } from "../stores/drafts.svelte";

/** A longer answer is not taken over into the editor. */
const BODY_LIMIT = 1_000_000;
/** Fields that are made anew with each answer. */
const MADE_ANEW = /^(content-length|content-encoding|transfer-encoding|connection|keep-alive|trailer|date)$/i;

/** Whether an editor of text can take over the body that went out. */
export const isText = ({ response }: Pick<Exchange, "response">): boolean =>
  response !== null && isTextBody(response.body);

export const isTextBody = ({ bytes, kind, truncated }: BodyInfo): boolean =>
  kind !== "binary" && bytes <= BODY_LIMIT && !truncated;

/** The answer that went out, as far as an editor of text can take it over, which sends UTF-8. */
export async function sentAnswer(api: Api, exchange: Exchange): Promise<Given> {
  const { response, status } = exchange;
  const given = { status: statusOf(status), headers: headersOf(response) };
  if (!response || !isText(exchange)) return { ...given, body: "{}" };
  return { ...given, body: response.body.bytes === 0 ? "" : await api.text(exchange.id, "response") };
}

/**
 * The answer of the developer's own server, or what a rule made of it, JSON laid out for
 * correcting; `null` where an editor of text cannot take it over.
 */
export async function serverAnswer(api: Api, { id, upstream, corrected }: Exchange): Promise<Given | null> {
  const [side, answer] = corrected ? (["corrected", corrected] as const) : (["upstream", upstream] as const);
  if (!answer || !isTextBody(answer.body)) return null;
  const body = answer.body.bytes === 0 ? "" : await api.text(id, side, answer.body.kind);
  return { status: statusOf(answer.status), headers: headersOf(answer), body };
}

const statusOf = (status: number | null) => (status !== null && status >= 200 && status <= 599 ? status : 200);

/** Its fields, without those that are made anew. */
const headersOf = (part: Pick<ResponseView, "headers"> | null): HeaderPair[] => withoutMadeAnew(part?.headers ?? []);

/** Fields of an answer as an editor takes them over. */
export const withoutMadeAnew = (headers: readonly (readonly string[])[]): HeaderPair[] =>
  headers.flatMap(([name, value]): HeaderPair[] =>
    name === undefined || value === undefined || MADE_ANEW.test(name) ? [] : [asUtf8([name, value])],
  );

/** A body of one side as text that can be compared. */
export const comparable = async (api: Api, id: string, side: Side, { bytes, kind }: BodyInfo): Promise<string> =>
  bytes === 0 ? "" : api.text(id, side, kind);

/** What was written and not sent. */
export const unsent = (draft: Draft | null): Given | null =>
  draft === null || !draft.touched || draft.sending === "sent"
    ? null
    : { status: draft.status ?? 200, headers: draft.headers, body: draft.text };
