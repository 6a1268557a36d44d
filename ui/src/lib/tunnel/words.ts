/** The tunnel in words, the same in the bar, the status line, the view and for a screen reader. */
import type { Tunnel, TunnelProvider } from "../api/types";
import { t } from "../i18n/index.svelte";
import { secondsToTry } from "./notices";
import { isService } from "./presets";
import { standingOf } from "./standing";

const MINUTE_MS = 60_000;
const HOUR_MINUTES = 60;
const DAY_HOURS = 24;

/** A length of time in two units at most, for what lasts. */
export function formatSpan(ms: number): string {
  const minutes = Math.floor(ms / MINUTE_MS);
  if (minutes < 1) return t("span.underMinute");
  if (minutes < HOUR_MINUTES) return t("span.minutes", { minutes });
  const hours = Math.floor(minutes / HOUR_MINUTES);
  if (hours < DAY_HOURS) return t("span.hours", { hours, minutes: minutes % HOUR_MINUTES });
  return t("span.days", { days: Math.floor(hours / DAY_HOURS), hours: hours % DAY_HOURS });
}

export function providerName(provider: TunnelProvider | null): string {
  return provider === null ? t("tunnel.title") : t(`tunnel.provider.${provider}`);
}

/** The host of an address: without the secret it leads nowhere, and is not shown as an address. */
export function hostOfAddress(address: string): string {
  return URL.canParse(address) ? new URL(address).host : address;
}

/** Who can read what goes this way. */
export function readersOf(provider: TunnelProvider, host: string): string {
  if (provider !== "ssh") return t(`tunnel.readers.${provider}`);
  if (host.trim() === "") return t("tunnel.readers.sshAny");
  return t(isService(host) ? "tunnel.readers.service" : "tunnel.readers.ssh", { host: host.trim() });
}

/** The state in one short line, for the bars. */
export function barWords(tunnel: Tunnel, now: number): string {
  const provider = providerName(tunnel.provider);
  const standing = standingOf(tunnel);
  switch (standing) {
    case "offline":
      return t("tunnel.bar.offline");
    case "online":
      return t("tunnel.bar.online", { provider, span: formatSpan(now - Date.parse(tunnel.since)) });
    case "reconnecting": {
      const seconds = secondsToTry(tunnel, now);
      return seconds === null
        ? t("tunnel.bar.reconnectingNow", { provider })
        : t("tunnel.bar.reconnecting", { provider, seconds });
    }
    default:
      return t(`tunnel.bar.${standing}`, { provider });
  }
}

/** What a screen reader says of a state: without what counts on by itself. */
export function spokenWords(tunnel: Tunnel): string {
  const state = t(`tunnel.state.${standingOf(tunnel)}`);
  if (tunnel.error && tunnel.state !== "online") return t("tunnel.live.why", { state, reason: tunnel.error.message });
  if (tunnel.step) return t("tunnel.live.step", { state, step: t(`tunnel.step.${tunnel.step}`) });
  return t("tunnel.live", { state });
}
