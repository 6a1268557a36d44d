/** An exchange as one line of JSON: all that is known of it, and its bodies. */
import type { Api } from "../api/api";
import type { BodyInfo } from "../api/types";

/** A longer body stays out of a line. */
const BODY_LIMIT = 1_000_000;

type Body = { text: string } | { base64: string } | { left_out: true };

async function bodyOf(api: Api, id: string, side: "request" | "response", info: BodyInfo): Promise<Body> {
  if (info.bytes > BODY_LIMIT) return { left_out: true };
  if (info.bytes === 0) return { text: "" };
  if (info.kind !== "binary" && info.kind !== "multipart") return { text: await api.text(id, side) };
  const { bytes } = await api.body(id, side, {});
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return { base64: btoa(binary) };
}

/** Bodies and values are texts in it, so that no digit is lost. */
export async function exchangeLine(api: Api, id: string): Promise<string> {
  const exchange = await api.exchange(id);
  const { request, response } = exchange;
  const requestBody = await bodyOf(api, id, "request", request.body);
  const responseBody = response && (await bodyOf(api, id, "response", response.body));
  return JSON.stringify({
    ...exchange,
    request: { ...request, body: { ...request.body, ...requestBody } },
    response: response && { ...response, body: { ...response.body, ...responseBody } },
  });
}
