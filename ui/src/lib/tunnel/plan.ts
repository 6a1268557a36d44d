/**
 * The forms of the tunnel's providers: what stands in their fields, and the start that comes of it.
 * Pure.
 */
import type { TunnelPlan, TunnelProvider, TunnelStart } from "../api/types";
import { ENUMS } from "../api/values";
import { joinLine, splitLine } from "./command-line";

export const PROVIDERS: readonly TunnelProvider[] = ENUMS.TunnelProvider;

export interface Fields {
  ngrok: {
    authtoken: string;
    domain: string;
    server_addr: string;
    ca_file: string;
    system_certificates: boolean;
    proxy: string;
  };
  ssh: {
    host: string;
    port: string;
    user: string;
    /** The app's own key, or one of a file. */
    key: "own" | "file";
    key_file: string;
    passphrase: string;
    host_key: string;
    bind_address: string;
    bind_port: string;
    public_url: string;
    url_domain: string;
    url_command: string;
  };
  /** `address_changes` has no field: the presets set it. */
  command: { line: string; url_pattern: string; address_changes: boolean };
  url: { url: string };
}

const SSH_PORT = 22;
const LAST_PORT = 65_535;

export function emptyFields(): Fields {
  return {
    ngrok: { authtoken: "", domain: "", server_addr: "", ca_file: "", system_certificates: false, proxy: "" },
    ssh: {
      host: "",
      port: String(SSH_PORT),
      user: "",
      key: "own",
      key_file: "",
      passphrase: "",
      host_key: "",
      bind_address: "",
      bind_port: "0",
      public_url: "",
      url_domain: "",
      url_command: "",
    },
    command: { line: "", url_pattern: "", address_changes: false },
    url: { url: "" },
  };
}

/**
 * The fields of the provider that was started last. The program never shows secrets: their fields
 * stay as `typed` has them.
 */
export function fieldsOf(plan: TunnelPlan, typed: Fields): Fields {
  const { ngrok, ssh, command, url } = plan;
  const next = { ...typed };
  if (plan.provider === "ngrok")
    next.ngrok = {
      // The program has stored a token that it was started with.
      authtoken: "",
      domain: ngrok?.domain ?? "",
      server_addr: ngrok?.server_addr ?? "",
      ca_file: ngrok?.ca_file ?? "",
      system_certificates: ngrok?.system_certificates ?? false,
      proxy: typed.ngrok.proxy,
    };
  if (plan.provider === "ssh" && ssh)
    next.ssh = {
      host: ssh.host,
      port: String(ssh.port),
      user: ssh.user,
      key: ssh.key_file ? "file" : "own",
      key_file: ssh.key_file ?? "",
      passphrase: typed.ssh.passphrase,
      host_key: ssh.host_key ?? "",
      bind_address: ssh.bind_address,
      bind_port: String(ssh.bind_port),
      public_url: ssh.public_url ?? "",
      url_domain: ssh.url_domain ?? "",
      url_command: ssh.url_command ?? "",
    };
  if (plan.provider === "command" && command)
    next.command = {
      line: joinLine([command.program, ...command.args]),
      url_pattern: command.url_pattern,
      address_changes: command.address_changes ?? false,
    };
  if (plan.provider === "url" && url) next.url = { url: url.url };
  return next;
}

/** The start that the fields of a provider mean; what is empty is left to the program. */
export function startOf(provider: TunnelProvider, fields: Fields): TunnelStart {
  switch (provider) {
    case "ngrok": {
      const { system_certificates, ...texts } = fields.ngrok;
      return { provider, ngrok: { ...filled(texts), ...(system_certificates ? { system_certificates } : {}) } };
    }
    case "ssh": {
      const { host, user, port, key, key_file, passphrase, bind_port, ...texts } = fields.ssh;
      return {
        provider,
        ssh: {
          host: host.trim(),
          port: Number(port),
          user: user.trim(),
          bind_port: Number(bind_port),
          ...filled(texts),
          ...(key === "file" ? { key_file: key_file.trim(), ...filled({ passphrase }) } : {}),
        },
      };
    }
    case "command": {
      const [program = "", ...args] = splitLine(fields.command.line);
      const { url_pattern, address_changes } = fields.command;
      const command = { program, args, ...filled({ url_pattern }), ...(address_changes ? { address_changes } : {}) };
      return { provider, command };
    }
    case "url":
      return { provider, url: { url: fields.url.url.trim() } };
  }
}

function filled<T extends Record<string, string>>(texts: T): Partial<T> {
  const named = Object.entries(texts).flatMap(([name, text]) => (text.trim() === "" ? [] : [[name, text.trim()]]));
  return Object.fromEntries(named) as Partial<T>;
}

/** A field that the program would not even read, by the pointer that it would name. */
export function misfit(provider: TunnelProvider, fields: Fields): "/ssh/port" | "/ssh/bind_port" | null {
  if (provider !== "ssh") return null;
  if (!isPort(fields.ssh.port, 1)) return "/ssh/port";
  if (!isPort(fields.ssh.bind_port, 0)) return "/ssh/bind_port";
  return null;
}

function isPort(text: string, least: number): boolean {
  const value = /^\d{1,5}$/.test(text.trim()) ? Number(text) : Number.NaN;
  return value >= least && value <= LAST_PORT;
}

/**
 * Whether the fields say the same as what was started last, so that the stored secrets still belong
 * to it.
 */
export function isPlanned(provider: TunnelProvider, fields: Fields, plan: TunnelPlan | null): boolean {
  if (plan?.provider !== provider) return false;
  const planned = startOf(provider, fieldsOf(plan, emptyFields()));
  return sorted(planned) === sorted(startOf(provider, fields));
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => a.localeCompare(b)))
      : inner,
  );
}
