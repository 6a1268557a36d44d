/** Copies the selected exchange's request as a command that sends it again. */
import type { App } from "../app/app.svelte";
import { bodyFileName, isDecoded } from "../exchange/body-file";
import { CURL_BYTES, type CurlBody, curlOf } from "../exchange/curl";
import type { Exchange } from "../api/types";
import { t } from "../i18n/index.svelte";
import type { CommandSpec } from "./command";

/** What a word of a shell cannot hold, or what stands where a text was not one. */
// eslint-disable-next-line no-control-regex -- a zero byte is meant
const NO_WORD = /[\u0000\ufffd]/;

async function bodyOf(app: App, exchange: Exchange): Promise<CurlBody> {
  const { id, request } = exchange;
  const { kind, bytes } = request.body;
  if (bytes === 0) return null;
  if (bytes > CURL_BYTES) return fileOf(app, exchange);
  const isText = kind !== "binary" && kind !== "multipart";
  const text = isText ? await app.api.text(id, "request") : null;
  if (text === null || NO_WORD.test(text)) return (await app.api.body(id, "request", {})).bytes;
  // A short body may have a long text.
  return new TextEncoder().encode(text).length > CURL_BYTES ? fileOf(app, exchange) : text;
}

/** The file that the body is saved as, of which the reader is told. */
function fileOf({ toasts }: App, exchange: Exchange): CurlBody {
  const { body, headers } = exchange.request;
  const file = bodyFileName(exchange, "request", body, headers);
  toasts.info(() => t("detail.curlFile", { name: file }));
  return { file, decoded: isDecoded(body) };
}

async function copy(app: App): Promise<void> {
  const { api, clipboard, program, selection, toasts } = app;
  const { row } = selection;
  if (row === null) return;
  await toasts.attempt(async () => {
    const exchange = await api.exchange(row.id);
    const address = program.bots.find((bot) => bot.id === row.bot)?.webhook_url ?? program.localAddress;
    await clipboard.copy(curlOf(exchange, address, await bodyOf(app, exchange)));
  });
}

export const CURL = {
  copyCurl: {
    label: { ru: "Копировать как cURL", en: "Copy as cURL" },
    group: "exchange",
    place: "exchanges",
    enabled: ({ selection }) => selection.row !== null,
    run: (app) => void copy(app),
  },
} satisfies Record<string, CommandSpec>;
