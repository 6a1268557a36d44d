/** Known services and programs, as what stands in the form for them. A preset starts nothing. */
import type { Fields } from "./plan";
import { emptyFields } from "./plan";

export type SshPreset = "own" | "localhostRun" | "pinggy";
export type CommandPreset = "cloudflared" | "tuna" | "xtunnel";

export const SSH_PRESETS: Record<SshPreset, Partial<Fields["ssh"]>> = {
  // A web server beside it has the certificate and leads to the port, so the port need not face the
  // world.
  own: { bind_address: "localhost", bind_port: "8080", public_url: "https://" },
  localhostRun: {
    host: "localhost.run",
    user: "nokey",
    bind_port: "80",
    url_domain: "lhr.life",
    url_command: "--output json",
  },
  pinggy: { host: "a.pinggy.io", port: "443", user: "free", url_domain: "pinggy-free.link" },
};

export const COMMAND_PRESETS: Record<CommandPreset, Fields["command"]> = {
  cloudflared: {
    line: "cloudflared tunnel --url http://127.0.0.1:{port}",
    // The address stands in a frame; in its errors cloudflared names the service itself.
    url_pattern: String.raw`\|\s+(https://[-a-z0-9]+\.trycloudflare\.com)\s+\|`,
    address_changes: false,
  },
  tuna: {
    line: "tuna http {port}",
    url_pattern: String.raw`Forwarding\s+(https://\S+)`,
    address_changes: true,
  },
  xtunnel: { line: "xtunnel http {port}", url_pattern: "", address_changes: false },
};

/** The form with a preset in it. The choice of the key is the reader's and stays. */
export function withSshPreset(ssh: Fields["ssh"], preset: SshPreset): Fields["ssh"] {
  const { key, key_file, passphrase } = ssh;
  const own = preset === "own" && !isService(ssh.host) ? { host: ssh.host, port: ssh.port, user: ssh.user } : {};
  const next = { ...emptyFields().ssh, key, key_file, passphrase, ...own, ...SSH_PRESETS[preset] };
  // A fingerprint that was compared is asked for once for each server.
  const isSame = next.host === ssh.host && next.port === ssh.port;
  return isSame ? { ...next, host_key: ssh.host_key } : next;
}

const SERVICES = ["localhost.run", "pinggy.io", "serveo.net", "tuns.sh"];

/** Whether an SSH server is a service for everybody, and not somebody's own. */
export function isService(host: string): boolean {
  const name = host.trim().toLowerCase();
  return SERVICES.some((service) => name === service || name.endsWith(`.${service}`));
}
