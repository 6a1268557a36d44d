/** Saves the bodies of the selected exchange as files. */
import type { App } from "../app/app.svelte";
import { bodyFileName, isDecoded } from "../exchange/body-file";
import { t } from "../i18n/index.svelte";
import type { CommandSpec } from "./command";

async function save({ api, host, selection, toasts }: App, side: "request" | "response"): Promise<void> {
  const { row } = selection;
  if (row === null) return;
  await toasts.attempt(async () => {
    const exchange = await api.exchange(row.id);
    const part = exchange[side];
    if (part === null || part.body.bytes === 0) {
      toasts.info(() => t("body.empty"));
      return;
    }
    const { bytes } = await api.body(row.id, side, isDecoded(part.body) ? { decoded: true } : {});
    const name = bodyFileName(exchange, side, part.body, part.headers);
    if (await host.save(name, bytes)) toasts.info(() => t("detail.saved", { name }));
  });
}

export const SAVE = {
  saveRequest: {
    label: { ru: "Сохранить тело запроса в файл", en: "Save the request's body as a file" },
    group: "exchange",
    place: "exchanges",
    enabled: ({ selection }) => selection.row !== null,
    run: (app) => void save(app, "request"),
  },
  saveAnswer: {
    label: { ru: "Сохранить тело ответа в файл", en: "Save the answer's body as a file" },
    group: "exchange",
    place: "exchanges",
    enabled: ({ selection }) => selection.row !== null && selection.row.status !== null,
    run: (app) => void save(app, "response"),
  },
} satisfies Record<string, CommandSpec>;
