/** What can be done with the selected exchange; buttons, keys and the palette all come here. */
import { t } from "../i18n/index.svelte";
import type { App } from "../stores/app.svelte";

const MORE_SECONDS = 30;

export async function replayNow(app: App): Promise<void> {
  const id = app.selected?.id;
  if (id === undefined) return;
  await app.run(async () => {
    const made = await app.api.replay(id, "self");
    app.toasts.info(t("replay.done"), { label: t("replay.open"), run: () => app.select(made.id) });
  });
}

export async function togglePin(app: App): Promise<void> {
  const row = app.selected;
  if (row) await app.run(() => app.api.annotate(row.id, { pinned: !row.pinned }));
}

export async function saveNote(app: App, id: string, note: string): Promise<void> {
  await app.run(() => app.api.annotate(id, { note }));
}

/** Deletes the selected exchange and moves to its neighbour; ten seconds remain to take it back. */
export async function deleteSelected(app: App): Promise<void> {
  const row = app.selected;
  if (!row) return;
  const order = app.list.items.flatMap((item) => (item.type === "row" ? [item.exchange.id] : []));
  const at = order.indexOf(row.id);
  const neighbour = order[at + 1] ?? order[at - 1] ?? null;
  await app.run(async () => {
    const { undo } = await app.api.remove(row.id);
    if (app.detail.id === row.id) app.select(neighbour, false);
    app.toasts.undo(t("detail.deleted", { count: 1, value: 1 }), () => {
      void app.run(async () => {
        await app.api.restore(undo);
        app.select(row.id);
      });
    });
  });
}

/** Deletes everything the list shows, filter and bot taken into account. */
export async function deleteListed(app: App): Promise<void> {
  await app.run(async () => {
    const { deleted, undo } = await app.api.removeFiltered(app.list.filter, app.list.bot);
    app.select(null, false);
    app.toasts.undo(t("detail.deleted", { count: deleted, value: deleted }), () => {
      void app.run(async () => {
        await app.api.restore(undo);
        await app.list.reload();
      });
    });
  });
}

export async function extendSelected(app: App): Promise<void> {
  const row = app.selected;
  if (row?.state === "held") await app.run(() => app.api.extend(row.id, MORE_SECONDS));
}

export async function releaseSelected(app: App): Promise<void> {
  const row = app.selected;
  if (row?.state === "held") await app.run(() => app.api.release(row.id));
}

export async function releaseAll(app: App): Promise<void> {
  await app.run(async () => {
    const { released } = await app.api.releaseAll(app.program.botId);
    app.toasts.info(
      released === 0 ? t("answer.noneHeld") : t("answer.releasedAll", { count: released, value: released }),
    );
  });
}

/** Sends the draft of the selected held exchange. */
export async function sendSelected(app: App): Promise<void> {
  const row = app.selected;
  const draft = row?.state === "held" ? app.drafts.find(row.id) : null;
  if (!draft) return;
  if (draft.status === null) {
    app.toasts.info(t("answering.statusWrong"));
    return;
  }
  await app.run(async () => {
    await draft.send();
    if (draft.sending === "sent") app.said = t("live.answered");
    else app.toasts.info(t(draft.sending === "caller_left" ? "answer.callerLeft" : "answer.tooLate"));
  });
}

/** Adds a bot and shows it, where it can be named. */
export async function addBot(app: App): Promise<void> {
  await app.run(async () => {
    const name = t("settings.botNew", { number: app.program.bots.length + 1 });
    await app.api.createBot({ name, platform: "auto" });
    await app.program.reloadBots();
    app.view.openSettings("bots");
  });
}

/** Stops the tunnel, or starts what was started last; where there is nothing of the kind, shows the choice. */
export async function toggleTunnel(app: App): Promise<void> {
  await app.run(async () => {
    if (app.tunnel.runs) await app.tunnel.stop();
    else if (!(await app.tunnel.again())) app.view.name = "tunnel";
  });
}

/** What somebody who is asked for help needs to know of a failure. The program keeps secrets out of it. */
export async function copyTunnelDetails(app: App): Promise<void> {
  const tunnel = app.tunnel.view;
  if (!tunnel?.error) return;
  const { error } = tunnel;
  const lines = [
    `Hookloupe ${app.program.status?.version ?? ""}`,
    `${tunnel.provider ?? ""} · ${tunnel.state} · ${tunnel.since}`,
    `class: ${error.class}`,
    ...(error.code === null ? [] : [`code: ${error.code}`]),
    ...(error.host_key === null ? [] : [`host key: ${error.host_key}`]),
    error.message,
    ...(error.help_url === null ? [] : [error.help_url]),
  ];
  await app.copy(lines.join("\n"), t("tunnel.detailsCopied"));
}
