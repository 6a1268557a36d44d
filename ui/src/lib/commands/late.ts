/** Commands about an answer of the developer's own server that came, or is still to come, late. */
import type { App } from "../app/app.svelte";
import type { Exchange } from "../api/types";
import { t } from "../i18n/index.svelte";
import type { CommandSpec } from "./command";

const place = "exchanges";

const shown = ({ detail, selection }: App): Exchange | null =>
  detail.exchange !== null && detail.exchange.id === selection.row?.id ? detail.exchange : null;
const isOpen = (app: App) => {
  const late = shown(app)?.late;
  return late != null && !late.queued && late.delivered_with === null;
};

async function deliver(app: App): Promise<void> {
  const { api, detail, late, toasts } = app;
  const exchange = shown(app);
  if (!exchange?.late) return;
  const { id } = exchange;
  await toasts.attempt(async () => {
    await late.read(exchange);
    const names = late.chosen(id);
    if (names.length === 0) return;
    await api.lateDeliver(id, names);
    detail.touch(id);
    toasts.undo(
      () => t("late.queuedToast"),
      () => void withdraw(app, id),
    );
  });
}

async function withdraw({ api, detail, toasts }: App, id: string): Promise<void> {
  await toasts.attempt(async () => {
    await api.lateWithdraw(id);
    detail.touch(id);
  });
}

async function stop({ api, detail, toasts }: App, id: string): Promise<void> {
  await toasts.attempt(async () => {
    await api.lateStop(id);
    detail.touch(id);
  });
}

export const LATE = {
  lateDeliver: {
    label: { ru: "Доставить опоздавший ответ со следующим ходом", en: "Deliver the late answer with the next turn" },
    group: "answer",
    keys: ["L"],
    place,
    enabled: isOpen,
    run: (app) => void deliver(app),
  },
  lateWithdraw: {
    label: { ru: "Не доставлять опоздавший ответ", en: "Do not deliver the late answer" },
    group: "answer",
    place,
    enabled: (app) => shown(app)?.late?.queued === true,
    run: (app) => {
      const exchange = shown(app);
      if (exchange) void withdraw(app, exchange.id);
    },
  },
  lateStop: {
    label: { ru: "Не ждать больше ответа моего сервера", en: "Stop waiting for my server" },
    group: "answer",
    place,
    enabled: (app) => shown(app)?.late_waiting === true,
    run: (app) => {
      const exchange = shown(app);
      if (exchange) void stop(app, exchange.id);
    },
  },
} satisfies Record<string, CommandSpec>;
