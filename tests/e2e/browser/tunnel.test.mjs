/**
 * The tunnel from a public address to this computer: turned on, lost, changed, refused, and who
 * comes through it.
 */
import assert from "node:assert/strict";

import { claim } from "../lib/claim.mjs";
import { TunnelPage } from "../lib/tunnel-page.mjs";
import { PATTERN, PrintingProgram, startStandin, tunnelIs } from "../lib/tunnels.mjs";
import { turn } from "../lib/turns.mjs";
import { eventually } from "../lib/wait.mjs";

const TOKEN = "2abCdEfGhIjKlMnOpQrStUvWxYz_3AbCdEfGhIjKlMnOp";

claim("an own address is shown large, with copy and QR, everywhere", async (stage) => {
  const { page, program, see } = stage;
  const [bot] = (await program.api("GET", "/bots")).bots;
  const own = program.webhook.replace(/\/$/, "");
  const view = await new TunnelPage(stage).open();
  await view.says("The tunnel is off");
  await view.provider(/^Own address/).click();
  await view.field("Address").fill("bot.example.org");
  await view.button("Turn on").click();
  await page.getByRole("alert").filter({ hasText: "A whole address" }).waitFor();
  assert.equal(await view.field("Address").getAttribute("aria-invalid"), "true", "the refusal stands at its field");
  await view.field("Address").fill(own);
  await view.button("Turn on").click();
  await view.says(/^Online/);
  const address = `${own}/${bot.secret}`;
  assert.equal(await view.address.innerText(), address);
  await view.state.getByText("Only this computer can send here").waitFor();
  await view.state.getByText("arrived", { exact: true }).waitFor();
  await view.state.getByRole("button", { name: "Copy", exact: true }).click();
  await see.toast("Address copied");
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), address);
  await view.button("QR code").click();
  await page.getByRole("img", { name: "QR code of the address" }).waitFor();
  await page.keyboard.press("Escape");
  await see.statusBar.getByText("Own address online").waitFor();
  await page.getByRole("button", { name: /^Tunnel: Own address online/ }).click();
  await page.getByText("Only this computer sees it although the tunnel is on").waitFor();
  await view.open();
  await view.button("Turn off").click();
  await view.says("The tunnel is off");
  await see.statusBar.getByText("tunnel off").waitFor();
});

claim("an address that does not answer is called so in the head, in the list of ways and in the bar", async (stage) => {
  const view = await new TunnelPage(stage).open();
  await view.provider(/^Own address/).click();
  await view.field("Address").fill("http://127.0.0.1:9");
  await view.button("Turn on").click();
  await view.says("The address does not answer");
  await view.provider(/^Own address\s*address does not answer/).waitFor();
  await stage.see.statusBar.getByText("Own address: address does not answer").waitFor();
});

claim("what comes through an own program is captured, and who has no secret is turned away", async (stage) => {
  const { program, see, dataDir } = stage;
  const printing = await new PrintingProgram(dataDir).write();
  const view = await new TunnelPage(stage).open();
  await view.provider(/^Your program/).click();
  await view.field("Command").fill(printing.line);
  await view.field("What the address looks like").fill(PATTERN);
  await view.button("Turn on").click();
  await view.says(/^Online/);
  await view.facts.getByText("Whoever runs the service behind this program.").waitFor();
  const address = await view.address.innerText();
  assert.equal((await program.post(turn("through"), { to: address })).status, 200);
  const [exchange] = await eventually(
    "the exchange",
    () => program.exchanges(),
    (all) => all.length === 1,
  );
  assert.equal(exchange.source, "tunnel");
  const without = await program.post(turn("stranger"), { to: new URL("/guess", address).href });
  assert.equal(without.status, 404);
  await view.facts.getByText("1 turned away in this run").waitFor();
  await see.statusBar.getByText("1 stranger turned away").waitFor();
  assert.equal((await program.exchanges()).length, 1, "a stranger leaves no exchange");
  await view.button("Check now").click();
  await view.facts.getByText("arrived", { exact: true }).waitFor();
  await view.facts.getByText(/^[2-9] requests ·/).waitFor();
});

claim("a lost tunnel counts down, is tried at once on request, and says that its address changed", async (stage) => {
  const { page, see, program, dataDir } = stage;
  const printing = await new PrintingProgram(dataDir).write();
  await listenForNotices(page);
  await stage.open();
  const view = await new TunnelPage(stage).open();
  await program.api("POST", "/tunnel/start", printing.start);
  await view.says(/^Online/);
  const before = (await program.api("GET", "/tunnel")).url;
  await printing.refuse();
  await printing.crash();
  await view.says(/^Reconnecting/);
  await view.state.getByText(/Attempt [2-9]/).waitFor();
  await view.state
    .getByRole("timer")
    .filter({ hasText: /next try in \d+ s/ })
    .waitFor();
  await see.statusBar.getByText(/reconnecting/).waitFor();
  // While it is refused: it might come back by itself before the click otherwise.
  const { attempt } = await program.api("GET", "/tunnel");
  await view.button("Retry now").click();
  await eventually(
    "another attempt",
    () => program.api("GET", "/tunnel"),
    (tunnel) => tunnel.attempt > attempt,
  );
  await printing.allow();
  await view.says(/^Online/);
  const changed = view.state.getByRole("alert").filter({ hasText: "paste it into Test webhook" });
  // Without the secret an address leads nowhere: only the hosts are shown.
  await changed.getByText(new URL(before).host, { exact: true }).waitFor();
  await changed.getByText(new URL((await program.api("GET", "/tunnel")).url).host, { exact: true }).waitFor();
  assert.doesNotMatch(await changed.innerText(), /https?:/);
  const notices = await eventually(
    "two notices",
    () => page.evaluate(() => globalThis.notices),
    (all) => all.length >= 2,
  );
  assert.deepEqual(notices.slice(0, 2), ["The tunnel is lost", "The public address has changed"]);
  await page.keyboard.press("Escape");
  await page.getByRole("status").filter({ hasText: "The address has changed" }).waitFor();
  await view.open();
  await view.button("Pasted").click();
  await changed.waitFor({ state: "detached" });
  assert.equal((await program.api("GET", "/tunnel")).previous_url, null);
});

/**
 * Lets the page believe that somebody looks elsewhere, and keeps the titles of the notices it
 * shows.
 * @param {import("playwright-core").Page} page
 */
async function listenForNotices(page) {
  await page.addInitScript(() => {
    globalThis.notices = [];
    document.hasFocus = () => false;
    globalThis.Notification = new Proxy(Notification, {
      construct: (_, [title]) => {
        globalThis.notices.push(title);
        return {};
      },
      get: (target, name) => (name === "permission" ? "granted" : Reflect.get(target, name)),
    });
  });
}

claim("ngrok: a refused token is asked for again, the right one brings the address and is kept", async (stage) => {
  const { page, program } = stage;
  const standin = await startStandin(TOKEN);
  try {
    const view = await new TunnelPage(stage).open();
    await view.provider(/^ngrok/).click();
    await page.getByText("Advanced").click();
    await view.field("Server").fill(standin.server);
    await view.field("Certificates").fill(standin.ca_file);
    const token = page.getByLabel("Token");
    assert.equal(await token.getAttribute("type"), "password");
    await token.fill("2wrongwrongwrongwrongwrongw_wrongwrongwrongwrong");
    await view.button("Turn on").click();
    await view.says(/^The tunnel failed/);
    await view.state.getByText("ERR_NGROK_107").waitFor();
    assert.match(
      (await view.state.getByRole("link", { name: "Read more" }).getAttribute("href")) ?? "",
      /err_ngrok_107$/,
    );
    await eventually("the caret at the token", () => token.evaluate((one) => one === document.activeElement));
    await page.keyboard.insertText(TOKEN);
    await page.keyboard.press("Enter");
    await view.says(/^Online/);
    await page.getByText("saved", { exact: true }).waitFor();
    assert.equal(await token.inputValue(), "", "a kept token is not shown");
    await view.facts.getByText("TLS ends on its servers").waitFor();
    await view.facts.getByText(/20,000 requests and 1 GB/).waitFor();
    await page.getByText("in use: Server, Certificates").waitFor();
    const address = await view.address.innerText();
    assert.ok(address.startsWith(standin.public), address);
    assert.equal((await program.post(turn("by ngrok"), { to: address })).status, 200);
    const [exchange] = await eventually(
      "the exchange",
      () => program.exchanges(),
      (all) => all.length === 1,
    );
    assert.equal(exchange.source, "tunnel");
    await view.button("Turn off").click();
    await view.says("The tunnel is off");
    await view.button("Forget").click();
    await eventually(
      "no token",
      () => program.api("GET", "/tunnel"),
      (tunnel) => !tunnel.has_authtoken,
    );
  } finally {
    await standin.stop();
  }
});

claim("an unknown SSH server is reported in words; the app's key can be made, copied and replaced", async (stage) => {
  const { page, program, see } = stage;
  const view = await new TunnelPage(stage).open();
  await view.provider(/^SSH tunnel/).click();
  await view.button("Make a key").click();
  const key = page.getByTestId("ssh-key");
  await key.getByText(/^ssh-ed25519 /).waitFor();
  const first = await key.innerText();
  await view.button("Copy the public key").click();
  await see.toast("Public key copied");
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), first);
  await view.button("Make another one…").click();
  await view.button("Replace the key").click();
  await eventually(
    "another key",
    () => key.innerText(),
    (now) => now !== first && now.startsWith("ssh-ed25519 "),
  );
  await view.field("SSH port").fill("70000");
  await view.button("Turn on").click();
  await page.getByText("A port from 1 to 65535.").waitFor();
  await view.field("SSH port").fill("22");
  await view.button("Turn on").click();
  await page.getByRole("alert").filter({ hasText: "Fill this in." }).waitFor();
  assert.equal((await program.api("GET", "/tunnel")).state, "offline");
  await view.field("Server", true).fill("127.0.0.1");
  await view.field("SSH port").fill("9");
  await view.field("User").fill("tunnel");
  await view.button("Turn on").click();
  await view.says(/^(Reconnecting|The tunnel failed)/);
  await view.state.getByText("127.0.0.1 takes no connections on port 9").waitFor();
  await view.button("Turn off").click();
  await view.says("The tunnel is off");
});

claim("the tunnel is turned on and off by keyboard alone", async (stage) => {
  const { page, program, see } = stage;
  const press = (/** @type {string} */ key) => page.keyboard.press(key);
  await new TunnelPage(stage).open();
  await tabTo(
    page,
    (one) => one.getAttribute("role") === "radio" && one.closest("[aria-label='Way to the internet']") !== null,
  );
  await press("ArrowUp");
  await page.getByRole("radio", { name: /^Own address/, checked: true }).waitFor();
  await tabTo(page, (one) => one.matches("form input"));
  await page.keyboard.insertText(program.webhook.replace(/\/$/, ""));
  await press("Enter");
  await tunnelIs(program, "online");
  await see.statusBar.getByText("Own address online").waitFor();
  await eventually(
    "it said so",
    () => page.getByRole("log").innerText(),
    (text) => text.includes("Tunnel: online"),
  );
  await tabTo(page, (one) => one.matches("button[role='switch']"));
  await press("Shift+U");
  await tunnelIs(program, "offline");
  await press("Escape");
  await see.button("Send a sample turn").waitFor();
  await tabTo(page, (one) => one.matches("section button[role='switch']"));
  await press("Space");
  await tunnelIs(program, "online");
  await page.getByText("Only this computer sees it although the tunnel is on").waitFor();
});

/**
 * Presses Tab until the focus is where it should be.
 * @param {import("playwright-core").Page} page
 * @param {(focused: Element) => boolean} fits runs in the page, so it names nothing of the test
 */
async function tabTo(page, fits) {
  for (let at = 0; at < 60; at += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(`(${fits})(document.activeElement)`)) return;
  }
  throw new Error("Tab does not get there");
}

claim("the first minute's switch leads to the choice, and the address may be this computer's", async (stage) => {
  const { page, program, see } = stage;
  await page.getByRole("switch", { name: "Tunnel" }).click();
  await page.getByRole("heading", { level: 1, name: "Tunnel" }).waitFor();
  await program.api("POST", "/tunnel/start", { provider: "url", url: { url: "https://bot.example.org" } });
  await page.keyboard.press("Escape");
  await page
    .locator("section")
    .getByText(/^https:\/\/bot\.example\.org\//)
    .waitFor();
  await see.button("Which address").click();
  await page.getByRole("menuitem", { name: "Address on this computer" }).click();
  await page
    .getByTestId("webhook-address")
    .getByText(/^http:\/\/127/)
    .waitFor();
  await page.getByRole("menu").waitFor({ state: "detached" });
  await page.keyboard.press("Control+Shift+C");
  await see.toast("Address copied");
  const [bot] = (await program.api("GET", "/bots")).bots;
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(copied, bot.webhook_url);
});

claim("rules of access are set in the settings, and calls to an old address are counted", async (stage) => {
  const { page, program, see, dataDir } = stage;
  const printing = await new PrintingProgram(dataDir).write();
  await program.api("POST", "/tunnel/start", printing.start);
  const { webhook_url: before } = await tunnelIs(program, "online");
  await page.keyboard.press("Control+,");
  await page.getByRole("button", { name: "Bots" }).click();
  await page.getByText("Who may use the address:").click();
  await page.getByRole("textbox", { name: "User" }).fill("bot");
  await page.getByRole("textbox", { name: "Callers" }).fill("not an address");
  await page.getByLabel("Password").fill("word");
  await page.getByRole("checkbox", { name: "POST" }).check();
  await see.button("Save").click();
  await page
    .getByRole("alert")
    .filter({ hasText: /address/i })
    .waitFor();
  await page.getByRole("textbox", { name: "Callers" }).fill("127.0.0.0/8");
  await see.button("Save").click();
  await see.toast(/The rules of .* are saved/);
  await page.getByText("limited: login, callers, methods").waitFor();
  assert.equal((await program.post(turn("a"), { to: before })).status, 401);
  const authorization = `Basic ${Buffer.from("bot:word").toString("base64")}`;
  assert.equal((await program.post(turn("a"), { to: before, headers: { authorization } })).status, 200);
  await see.button("Let anyone in").click();
  await page.getByText("anyone with the address", { exact: true }).waitFor();
  await see.button("New secret…").click();
  await see.button("Change the address").click();
  await page.getByText("quiet in this run").waitFor();
  assert.equal((await program.post(turn("late"), { to: before })).status, 404);
  await page.getByText("1 request came to it since, in this run").waitFor();
});
