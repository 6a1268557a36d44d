/**
 * What somebody who is asked for help needs to know of a failure. The program leaves secrets out of
 * it.
 */
import type { Tunnel } from "../api/types";

export function failureDetails(tunnel: Tunnel, version: string | undefined): string {
  const { error } = tunnel;
  const lines = [`Hookloupe ${version ?? ""}`, `${tunnel.provider ?? ""} · ${tunnel.state} · ${tunnel.since}`];
  if (error) {
    lines.push(`class: ${error.class}`);
    if (error.code !== null) lines.push(`code: ${error.code}`);
    if (error.host_key !== null) lines.push(`host key: ${error.host_key}`);
    lines.push(error.message);
    if (error.detail !== null) lines.push(error.detail);
    if (error.help_url !== null) lines.push(error.help_url);
  }
  return lines.join("\n");
}
