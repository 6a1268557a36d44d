/**
 * What a change of the tunnel says aloud: to a screen reader always, as a notification while the
 * window is not in front.
 */
import type { Tunnel as View } from "../api/types";
import type { Host } from "../host/types";
import { t } from "../i18n/index.svelte";
import { quietly } from "../quietly";
import type { Announcer } from "../stores/announcer.svelte";
import { prefs } from "../stores/prefs.svelte";
import type { Program } from "../stores/program.svelte";
import type { Notice } from "../tunnel/notices";
import { providerName, spokenWords } from "../tunnel/words";

export interface NoticeParts {
  announcer: Announcer;
  host: Host;
  program: Program;
}

export function announceTunnel(parts: NoticeParts, before: View, now: View, notices: readonly Notice[]): void {
  const { announcer, host, program } = parts;
  // Bots' addresses come and go with the tunnel's.
  if (before.url !== now.url || before.state !== now.state) quietly(program.reloadBots());
  if (before.state !== now.state || before.step !== now.step) announcer.say(spokenWords(now));
  if (document.hasFocus() || !prefs.values.notifyTunnel) return;
  const provider = providerName(now.provider);
  const texts: Record<Notice, [string, string]> = {
    lost: [t("notify.tunnelLost"), t("notify.tunnelLostText", { provider })],
    failed: [t("notify.tunnelFailed"), now.error?.message ?? provider],
    changed: [t("notify.tunnelChanged"), t("notify.tunnelChangedText", { url: now.url ?? "" })],
  };
  for (const notice of notices) quietly(host.notify(...texts[notice]));
}
