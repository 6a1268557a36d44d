import { expect, test } from "vitest";

import type { Api } from "../api/api";
import { ApiError } from "../api/errors";
import type { Tunnel as View, TunnelPlan, TunnelStart } from "../api/types";
import { tunnel } from "./sample-tunnel";
import { Tunnel } from "./tunnel.svelte";

/** A program that answers when the test says so, and records what it was asked. */
function program() {
  const asked: string[] = [];
  const waiting: ((view: View) => void)[] = [];
  const starts: TunnelStart[] = [];
  let refusal: ApiError | null = null;
  const api = {
    tunnel: () => {
      asked.push("read");
      return new Promise<View>((resolve) => waiting.push(resolve));
    },
    startTunnel: (body: TunnelStart) => {
      asked.push("start");
      starts.push(body);
      return refusal ? Promise.reject(refusal) : Promise.resolve(tunnel());
    },
    retryTunnel: () => {
      asked.push("retry");
      return Promise.resolve(tunnel());
    },
  };
  const answer = async (view: View) => {
    while (waiting.length === 0) await Promise.resolve();
    waiting.shift()?.(view);
  };
  return { api: api as unknown as Api, asked, starts, answer, refuse: (error: ApiError) => (refusal = error) };
}
const PLAN: TunnelPlan = { provider: "url", url: { url: "https://bot.example.org" } };

test("changes while it is being read make one more reading, not many", async () => {
  const { api, asked, answer } = program();
  const seen: string[] = [];
  const store = new Tunnel(api, (_, now) => seen.push(now.state));
  store.replaceAll(tunnel());
  const all = [store.refresh(), store.refresh(), store.refresh()];
  await answer(tunnel({ state: "connecting" }));
  await answer(tunnel({ state: "online" }));
  await Promise.all(all);
  expect(asked).toEqual(["read", "read"]);
  expect(seen).toEqual(["connecting", "online"]);
  expect(store.view?.state).toBe("online");
});
test("a first look is no change", () => {
  const { api } = program();
  const seen: unknown[] = [];
  const store = new Tunnel(api, (...all) => seen.push(all));
  store.replaceAll(tunnel({ state: "online" }));
  store.apply(tunnel({ state: "reconnecting" }));
  expect(seen).toHaveLength(1);
});
test("what was started last fills the form once, and a change does not overwrite what is typed", () => {
  const { api } = program();
  const store = new Tunnel(api, () => undefined);
  store.replaceAll(tunnel({ plan: PLAN }));
  expect(store.form.provider).toBe("url");
  store.form.fields.url.url = "https://typed.example";
  store.apply(tunnel({ plan: { ...PLAN }, strangers: 1 }));
  expect(store.form.fields.url.url).toBe("https://typed.example");
});
test("a refusal stands at its field, and another one is thrown", async () => {
  const { api, refuse } = program();
  const store = new Tunnel(api, () => undefined);
  store.replaceAll(tunnel());
  store.form.choose("command");
  refuse(new ApiError(422, "invalid", "Fill this in.", "/command/program"));
  await store.start();
  expect(store.form.wrong("/command/line")).toBe("Fill this in.");
  expect(store.busy).toBeNull();
  refuse(new ApiError(500, "internal", "Oh."));
  await expect(store.start()).rejects.toThrow("Oh.");
});
test("started again as it was, it uses what is stored; changed, it is a new start", async () => {
  const { api, asked, starts, answer } = program();
  const store = new Tunnel(api, () => undefined);
  store.replaceAll(tunnel({ plan: PLAN }));
  const again = store.start();
  await answer(tunnel({ state: "online", plan: PLAN }));
  await again;
  expect(asked).toEqual(["retry", "read"]);
  const started = store.start();
  await answer(tunnel({ state: "online", plan: PLAN }));
  await started;
  expect(starts, "a running one is started again").toEqual([PLAN]);
});
test("a compared fingerprint goes out with the start", async () => {
  const { api, starts, answer } = program();
  const store = new Tunnel(api, () => undefined);
  const texts = { key_file: null, host_key: null, public_url: null, url_domain: null, url_command: null };
  const ssh = { host: "h", user: "u", port: 22, bind_address: "", bind_port: 0, ...texts };
  const plan: TunnelPlan = { provider: "ssh", ssh };
  store.replaceAll(tunnel({ state: "failed", plan }));
  const trusted = store.start("SHA256:x");
  await answer(tunnel({ state: "connecting", plan }));
  await trusted;
  expect(starts[0]?.ssh?.host_key).toBe("SHA256:x");
});
test("a token that was started with leaves the form, a refused one stays", async () => {
  const { api, answer, refuse } = program();
  const store = new Tunnel(api, () => undefined);
  store.replaceAll(tunnel());
  store.form.fields.ngrok.authtoken = "typed";
  const started = store.start();
  await answer(tunnel({ state: "connecting", provider: "ngrok" }));
  await started;
  expect(store.form.fields.ngrok.authtoken).toBe("");
  store.form.fields.ngrok.authtoken = "typed";
  refuse(new ApiError(422, "invalid", "No.", "/ngrok/domain"));
  await store.start();
  expect(store.form.fields.ngrok.authtoken).toBe("typed");
});
