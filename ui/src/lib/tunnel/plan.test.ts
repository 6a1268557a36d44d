import { expect, test } from "vitest";

import type { TunnelPlan } from "../api/types";
import { joinLine, splitLine } from "./command-line";
import { emptyFields, fieldsOf, isPlanned, misfit, startOf } from "./plan";
import { COMMAND_PRESETS, isService, withSshPreset } from "./presets";

test("a line is split at spaces outside of quotes", () => {
  expect(splitLine(`tuna  http {port}`)).toEqual(["tuna", "http", "{port}"]);
  expect(splitLine(`"C:\\Program Files\\x.exe" --name 'a b' ""`)).toEqual([
    "C:\\Program Files\\x.exe",
    "--name",
    "a b",
    "",
  ]);
  expect(splitLine(`x "unfinished quote`)).toEqual(["x", "unfinished quote"]);
  expect(splitLine("  ")).toEqual([]);
});
test("parts that are joined come apart as the same parts", () => {
  for (const parts of [["a"], ["a b", ""], [`it's`, `say "hi"`], [`both ' and "`, `""`, `'"'`], ["C:\\x\\", "{port}"]])
    expect(splitLine(joinLine(parts)), parts.join("|")).toEqual(parts);
});
test("empty fields are left to the program", () => {
  expect(startOf("ngrok", emptyFields())).toEqual({ provider: "ngrok", ngrok: {} });
  const fields = emptyFields();
  fields.ssh = { ...fields.ssh, host: " h ", user: "u", key_file: "/k", passphrase: "p" };
  expect(startOf("ssh", fields).ssh, "a key file that is not chosen is not sent").toEqual({
    host: "h",
    port: 22,
    user: "u",
    bind_port: 0,
  });
  fields.ssh.key = "file";
  expect(startOf("ssh", fields).ssh).toMatchObject({ key_file: "/k", passphrase: "p" });
});
test("a program and its arguments are typed as one line", () => {
  const fields = { ...emptyFields(), command: COMMAND_PRESETS.cloudflared };
  expect(startOf("command", fields).command).toEqual({
    program: "cloudflared",
    args: ["tunnel", "--url", "http://127.0.0.1:{port}"],
    url_pattern: String.raw`\|\s+(https://[-a-z0-9]+\.trycloudflare\.com)\s+\|`,
  });
  fields.command = COMMAND_PRESETS.tuna;
  expect(startOf("command", fields).command).toMatchObject({ program: "tuna", address_changes: true });
});
test("a port that is no port is named before it is sent", () => {
  const fields = emptyFields();
  for (const [port, bind, wrong] of [
    ["22", "0", null],
    ["0", "0", "/ssh/port"],
    ["65536", "0", "/ssh/port"],
    ["x", "0", "/ssh/port"],
    ["22", "", "/ssh/bind_port"],
    ["22", "-1", "/ssh/bind_port"],
  ] as const) {
    Object.assign(fields.ssh, { port, bind_port: bind });
    expect(misfit("ssh", fields), `${port} ${bind}`).toBe(wrong);
  }
  expect(misfit("url", fields), "other ways have no ports").toBeNull();
});

const PLANS: TunnelPlan[] = [
  // As the program reports them: every field is there, secrets are not.
  { provider: "ngrok", ngrok: { domain: "d.example", server_addr: null, ca_file: null, system_certificates: true } },
  {
    provider: "ssh",
    ssh: {
      host: "h",
      port: 443,
      user: "u",
      key_file: null,
      host_key: "SHA256:x",
      bind_address: "",
      bind_port: 80,
      public_url: null,
      url_domain: "lhr.life",
      url_command: null,
    },
  },
  {
    provider: "command",
    command: { program: "my tool", args: ["{port}"], url_pattern: "https://\\S+", address_changes: true },
  },
  { provider: "url", url: { url: "https://bot.example.org" } },
];
test("a form filled from what was started says the same again", () => {
  for (const plan of PLANS) {
    const fields = fieldsOf(plan, emptyFields());
    expect(isPlanned(plan.provider, fields, plan), plan.provider).toBe(true);
  }
});
test("a changed field, another provider or a typed secret is a new start", () => {
  const [ngrok, ssh] = PLANS as [TunnelPlan, TunnelPlan];
  const fields = fieldsOf(ngrok, emptyFields());
  expect(isPlanned("url", fields, ngrok)).toBe(false);
  expect(isPlanned("ngrok", fields, null)).toBe(false);
  fields.ngrok.authtoken = "new";
  expect(isPlanned("ngrok", fields, ngrok)).toBe(false);
  const other = fieldsOf(ssh, emptyFields());
  other.ssh.user = "v";
  expect(isPlanned("ssh", other, ssh)).toBe(false);
});
test("a token is gone from the form once it was started with, what the program does not store stays", () => {
  const typed = emptyFields();
  typed.ngrok = { ...typed.ngrok, authtoken: "t", proxy: "http://me:word@p" };
  typed.ssh.passphrase = "p";
  const [ngrok, ssh] = PLANS as [TunnelPlan, TunnelPlan];
  expect(fieldsOf(ngrok, typed).ngrok).toMatchObject({ authtoken: "", proxy: "http://me:word@p" });
  expect(fieldsOf(ssh, typed).ssh.passphrase).toBe("p");
});
test("a preset fills its form and forgets the server before it", () => {
  const before = {
    ...emptyFields().ssh,
    host: "vps.example.org",
    user: "me",
    host_key: "SHA256:x",
    key: "file" as const,
  };
  const filled = withSshPreset(before, "localhostRun");
  expect(filled).toMatchObject({ host: "localhost.run", user: "nokey", bind_port: "80", url_domain: "lhr.life" });
  expect(filled).toMatchObject({ host_key: "", key: "file" });
  expect(withSshPreset(before, "pinggy")).toMatchObject({ host: "a.pinggy.io", port: "443" });
  expect(withSshPreset({ ...filled, host_key: "SHA256:x" }, "localhostRun"), "compared once").toMatchObject({
    host_key: "SHA256:x",
  });
  expect(withSshPreset(before, "own"), "an own server's name stays").toMatchObject({ host: "vps.example.org" });
  expect(withSshPreset(filled, "own"), "a service's does not").toMatchObject({ host: "", user: "" });
});
test("services for everybody are distinguished from own servers", () => {
  expect(["localhost.run", "A.Pinggy.io", "ssh.localhost.run"].map(isService)).toEqual([true, true, true]);
  expect(["vps.example.org", "notlocalhost.run", ""].map(isService)).toEqual([false, false, false]);
});
