/** A start of the tunnel: what is started at a click, and what is said where it did not work. */
import assert from "node:assert/strict";

import { claim } from "../lib/claim.mjs";
import { TunnelPage } from "../lib/tunnel-page.mjs";
import { tunnelIs } from "../lib/tunnels.mjs";
import { eventually } from "../lib/wait.mjs";

claim("where ngrok refuses the region, one click starts localhost.run, here and on the first page", async (stage) => {
  const { page } = stage;
  const starts = await listenForStarts(page);
  await page.route("**/api/v1/tunnel", async (route) => {
    const answer = await route.fetch();
    const message = "ngrok takes no connections from your IP address.";
    const error = {
      class: "region",
      code: "ERR_NGROK_9040",
      message,
      detail: null,
      help_url: null,
      can_retry: false,
      host_key: null,
    };
    await route.fulfill({ json: { ...(await answer.json()), state: "failed", provider: "ngrok", error } });
  });
  await stage.open();
  const refusal = page.getByRole("alert").filter({ hasText: "ERR_NGROK_9040" });
  await refusal.getByRole("button", { name: "Turn on localhost.run" }).click();
  const view = new TunnelPage(stage);
  assert.ok(await view.provider(/^SSH tunnel/).isChecked(), "the tunnel's page shows what is started");
  assert.equal(await view.field("Server", true).inputValue(), "localhost.run");
  assert.equal(await view.field("User").inputValue(), "nokey");
  await page.getByText("in use: Port on the server, Domain of the address").waitFor();
  await eventually("a start", () => starts.length === 1);
  await view.provider(/^ngrok/).click();
  await view.state.getByRole("button", { name: "Turn on localhost.run" }).click();
  await eventually("another start", () => starts.length === 2);
  for (const { provider, ssh } of starts) {
    assert.equal(provider, "ssh");
    assert.deepEqual([ssh.host, ssh.user, ssh.bind_port], ["localhost.run", "nokey", 80]);
  }
  await view.provider(/^ngrok/).click();
  await view.button("Use an SSH tunnel").click();
  assert.ok(await view.provider(/^SSH tunnel/).isChecked());
  assert.equal(starts.length, 2, "another server is typed first");
});

claim("before any tunnel the first page offers localhost.run in one click", async (stage) => {
  const { page } = stage;
  const starts = await listenForStarts(page);
  await page.getByRole("button", { name: "Turn on localhost.run" }).click();
  await page.getByRole("heading", { level: 1, name: "Tunnel" }).waitFor();
  await eventually("a start", () => starts.length === 1);
  assert.equal(starts[0].ssh.host, "localhost.run");
});

claim("what becomes of a start is in sight, however far down its button was", async (stage) => {
  const { page } = stage;
  await page.setViewportSize({ width: 900, height: 600 });
  const view = await new TunnelPage(stage).open();
  await view.provider(/^SSH tunnel/).click();
  await view.field("Server", true).fill("127.0.0.1");
  await view.field("SSH port").fill("9");
  await view.field("User").fill("tunnel");
  const button = view.button("Turn on");
  await button.scrollIntoViewIfNeeded();
  await button.click();
  await view.says(/^(Reconnecting|The tunnel failed)/);
  await eventually("the state in sight", async () => {
    const box = await view.state.getByRole("heading").boundingBox();
    return box !== null && box.y > 0 && box.y < 300;
  });
});

claim("a program that is not there is reported in words, and a preset fills the form in", async (stage) => {
  const { page, see } = stage;
  const view = await new TunnelPage(stage).open();
  await view.provider(/^Your program/).click();
  await view.button("cloudflared").click();
  assert.equal(await view.field("Command").inputValue(), "cloudflared tunnel --url http://127.0.0.1:{port}");
  await tunnelIs(stage.program, "offline");
  await view.field("Command").fill("hookloupe-has-no-such-program {port}");
  await view.button("Turn on").click();
  await view.says(/^The tunnel failed/);
  await view.state
    .getByRole("alert")
    .filter({ hasText: "There is no program hookloupe-has-no-such-program" })
    .waitFor();
  const reason = view.state.getByText("os error 2");
  assert.ok(!(await reason.isVisible()), "what the system says is no part of the sentence");
  await view.state.getByText("Details", { exact: true }).click();
  assert.ok(await reason.isVisible());
  await view.button("Copy details").click();
  await see.toast("Details copied");
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /class: config/);
  await view.button("Turn off").click();
  await view.says("The tunnel is off");
});

claim(
  "a server's fingerprint is compared once; another one later is a stop without a button to accept",
  async (stage) => {
    const { page } = stage;
    const shown = "SHA256:jq4mxMfMrqs3YyWTlDVGVKpq1sZ3AYvL9Yl1WHJ3nDk";
    /** @type {Record<string, string | number | null>} */
    const ssh = { host: "vps.example.org", port: 22, user: "tunnel", bind_address: "", bind_port: 0, host_key: null };
    const error = {
      class: "tls",
      code: null,
      message: "A key.",
      detail: null,
      help_url: null,
      can_retry: false,
      host_key: shown,
    };
    const starts = await listenForStarts(page);
    await page.route("**/api/v1/tunnel", async (route) => {
      const answer = await route.fetch();
      const plan = { provider: "ssh", ssh };
      await route.fulfill({ json: { ...(await answer.json()), state: "failed", provider: "ssh", error, plan } });
    });
    await stage.open();
    const view = await new TunnelPage(stage).open();
    assert.equal(await page.getByTestId("host-key").innerText(), shown);
    await view.button("It is the same: trust").click();
    await eventually("a start", () => starts.length === 1);
    assert.equal(starts[0].ssh.host_key, shown);
    ssh.host_key = "SHA256:old";
    await stage.open();
    await view.open();
    await page.getByRole("alert", { name: "Stop: vps.example.org shows another key" }).waitFor();
    assert.equal(await view.button("It is the same: trust").count(), 0);
    await view.button("To the field").click();
    const field = view.field("Server's fingerprint");
    await eventually("the caret at the fingerprint", () => field.evaluate((one) => one === document.activeElement));
    assert.equal(await field.inputValue(), "SHA256:old");
  },
);

/**
 * Keeps what the page would start, and starts nothing.
 * @param {import("playwright-core").Page} page
 */
async function listenForStarts(page) {
  /** @type {any[]} */
  const starts = [];
  await page.route("**/api/v1/tunnel/start", async (route) => {
    starts.push(route.request().postDataJSON());
    await route.fulfill({ status: 202, json: {} });
  });
  return starts;
}
