/**
 * The tunnel's store, and what a change of the tunnel announces: to a screen reader always, as a
 * notification while the window is not in front.
 */
import type { Tunnel as View } from "../api/types";
import { t } from "../i18n/index.svelte";
import { quietly } from "../quietly";
import { prefs } from "../stores/prefs.svelte";
import { Tunnel } from "../stores/tunnel.svelte";
import type { Notice } from "../tunnel/notices";
import { standingOf } from "../tunnel/standing";
import { providerName, spokenWords } from "../tunnel/words";
import type { App } from "./app.svelte";
import type { StoreKind } from "./stores";

export const TUNNEL: StoreKind<Tunnel> = {
  make: (app) => new Tunnel(app.api, (before, now, notices) => announce(app, before, now, notices)),
};

function announce({ announcer, host, program }: App, before: View, now: View, notices: readonly Notice[]): void {
  // Bots' addresses come and go with the tunnel's.
  if (before.url !== now.url || before.state !== now.state) quietly(program.reloadBots());
  if (standingOf(before) !== standingOf(now) || before.step !== now.step) announcer.say(spokenWords(now));
  if (document.hasFocus() || !prefs.values.notifyTunnel) return;
  const provider = providerName(now.provider);
  const texts: Record<Notice, [string, string]> = {
    lost: [t("notify.tunnelLost"), t("notify.tunnelLostText", { provider })],
    failed: [t("notify.tunnelFailed"), now.error?.message ?? provider],
    changed: [t("notify.tunnelChanged"), t("notify.tunnelChangedText", { url: now.url ?? "" })],
  };
  for (const notice of notices) quietly(host.notify(...texts[notice]));
}
