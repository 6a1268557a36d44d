/** Another answer to a turn that has its own: what it begins with. */
import type { Api } from "../api/api";
import type { Exchange, HeaderPair } from "../api/types";
import { asUtf8 } from "../exchange/charset";
import type { Draft, Given } from "../stores/drafts.svelte";

/** A longer answer is not taken over into the editor. */
const BODY_LIMIT = 1_000_000;
/** Fields that are made anew with each answer. */
const MADE_ANEW = /^(content-length|content-encoding|transfer-encoding|connection|keep-alive|trailer|date)$/i;

/** Whether an editor of text can take over the body that went out. */
export const isText = ({ response }: Pick<Exchange, "response">): boolean =>
  response !== null && response.body.kind !== "binary" && response.body.bytes <= BODY_LIMIT && !response.body.truncated;

/** The answer that went out, as far as an editor of text can take it over, which sends UTF-8. */
export async function sentAnswer(api: Api, exchange: Exchange): Promise<Given> {
  const { response, status } = exchange;
  const headers = (response?.headers ?? []).flatMap(([name, value]): HeaderPair[] =>
    name === undefined || value === undefined || MADE_ANEW.test(name) ? [] : [asUtf8([name, value])],
  );
  const given = { status: status !== null && status >= 200 && status <= 599 ? status : 200, headers };
  if (!response || !isText(exchange)) return { ...given, body: "{}" };
  return { ...given, body: response.body.bytes === 0 ? "" : await api.text(exchange.id, "response") };
}

/** What was written and not sent. */
export const unsent = (draft: Draft | null): Given | null =>
  draft === null || !draft.touched || draft.sending === "sent"
    ? null
    : { status: draft.status ?? 200, headers: draft.headers, body: draft.text };
