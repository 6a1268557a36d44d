/** Language, look and limits: applied at once, and there the next time. */
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { once } from "node:events";

import { claim } from "../lib/claim.mjs";
import { reservePort } from "../lib/reserved-port.mjs";
import { turn } from "../lib/turns.mjs";
import { eventually } from "../lib/wait.mjs";

claim(
  "the language changes at once, messages of the program included, and stays",
  async ({ program, page, see }) => {
    const bot = program.post(turn("event1"));
    await see.choose("event1");
    await see.write("{");
    const before = await see.findings.innerText();
    await page.getByRole("button", { name: /Переключить на русский/ }).click();
    await page.getByRole("radio", { name: "Правила" }).waitFor();
    assert.equal(await page.locator("html").getAttribute("lang"), "ru");
    const findings = page.getByRole("region", { name: "Ответ боту" }).getByRole("list", { name: "Замечания" });
    const after = await eventually(
      "findings in Russian",
      () => findings.innerText(),
      (text) => /[а-я]/.test(text),
    );
    assert.notEqual(after, before);
    await page.getByText("до запасного").waitFor();
    await reopen(page, program);
    await page.getByRole("radio", { name: "Правила" }).waitFor();
    await page.getByRole("button", { name: /Switch to English/ }).click();
    await see.answerButton("Release").click();
    await bot;
  },
  { given: (program) => program.hold() },
);

claim("a note of the filter follows the language", async ({ program, page, see }) => {
  await see.filter.fill("pay OR start");
  await page.getByText(/^“OR” is looked for as a word/).waitFor();
  await program.api("PATCH", "/settings", { language: "ru" });
  await page.getByText(/^«OR» ищется как слово/).waitFor();
});

/**
 * Opens the page again, where English words cannot be waited for.
 * @param {import("playwright-core").Page} page
 * @param {import("../lib/program.mjs").Program} program
 */
async function reopen(page, program) {
  await page.goto("about:blank");
  await page.goto(program.ui);
}

claim("the theme follows the choice at once, and the system where that is chosen", async ({ program, page, see }) => {
  const theme = (/** @type {string} */ name) =>
    eventually(
      `the theme ${name}`,
      () => page.locator("html").getAttribute("data-theme"),
      (now) => now === name,
    );
  await page.keyboard.press("Control+,");
  const choose = (/** @type {string} */ name) =>
    page.getByRole("radiogroup", { name: "Theme" }).getByRole("radio", { name, exact: true }).click();
  const backgrounds = new Set();
  for (const [name, value] of Object.entries({ Light: "light", Dark: "dark", "High contrast": "contrast" })) {
    await choose(name);
    await theme(value);
    backgrounds.add(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
    await eventually(
      `${value} saved`,
      () => program.api("GET", "/settings"),
      (settings) => settings.theme === value,
    );
  }
  assert.ok(backgrounds.size >= 2, [...backgrounds].join(" "));
  await choose("System");
  await theme("light");
  await page.emulateMedia({ colorScheme: "dark" });
  await theme("dark");
  await page.emulateMedia({ colorScheme: "light", contrast: "more" });
  await theme("contrast");
  await page.keyboard.press("Escape");
  await see.button("Send a sample turn").waitFor();
});

claim("a changed port is listened on at once, and a taken one is refused in words", async ({ program, page }) => {
  const [taken, takenPort] = await listening();
  const { number: port, release } = await reservePort();
  await page.keyboard.press("Control+,");
  await page.getByRole("button", { name: "Server" }).click();
  const field = page.getByRole("textbox", { name: "Port", exact: true });
  await field.fill("70000");
  await page.getByText("A whole number from 0 to 65,535").waitFor();
  await field.fill(String(takenPort));
  await field.press("Enter");
  await page
    .getByRole("alert")
    .filter({ hasText: String(takenPort) })
    .waitFor();
  await field.fill(String(port));
  await field.press("Enter");
  await page.getByText(`127.0.0.1:${port}`, { exact: true }).first().waitFor();
  taken.close();
  release();
  const got = await program.post(turn("event1"), { to: `http://127.0.0.1:${port}/` });
  assert.equal(got.status, 200);
});

claim(
  "how long a person is waited for is chosen among the patiences of known callers",
  async ({ program, page, see }) => {
    await page.keyboard.press("Control+,");
    await page.getByRole("button", { name: "Answers" }).click();
    await page.getByRole("radio", { name: "7 s" }).click();
    await page.getByText("The Salute assistant waits 7 seconds, then answers itself").waitFor();
    await page.getByRole("radio", { name: "own" }).click();
    const own = page.getByRole("textbox", { name: "Seconds of the hold" });
    await own.fill("0");
    assert.ok(await see.button("Save").isDisabled());
    await own.fill("90");
    await page.getByRole("radio", { name: "Last to the event" }).click();
    await see.button("Save").click();
    await see.toast("Saved");
    assert.deepEqual((await program.api("GET", "/answering")).hold, {
      seconds: 90,
      fallback: "last",
      per_message: true,
    });
  },
);

/**
 * A server on a free port of this computer.
 * @returns {Promise<[import("node:net").Server, number]>}
 */
async function listening() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  // A claim that fails must not keep the run waiting for it.
  server.unref();
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  return [server, address.port];
}

claim("a bot's platform is chosen among those that the program names, in the reader's language", async (scene) => {
  const { program, page } = scene;
  const { platforms } = await program.api("GET", "/platforms");
  await page.keyboard.press("Control+,");
  await page.getByRole("button", { name: "Bots", exact: true }).click();
  const choice = page.locator("main select");
  const options = choice.locator("option");
  const values = await options.evaluateAll((all) => all.map((one) => one.getAttribute("value")));
  assert.deepEqual(values, ["auto", ...platforms.map((/** @type {{ id: string }} */ one) => one.id)]);
  await options.filter({ hasText: "Any HTTP" }).waitFor({ state: "attached" });
  await choice.selectOption("plain");
  await eventually(
    "the bot's platform",
    async () => (await program.api("GET", "/bots")).bots[0].platform,
    (now) => now === "plain",
  );
  await page.getByRole("button", { name: /Переключить на русский/ }).click();
  await options.filter({ hasText: "Любой HTTP" }).waitFor({ state: "attached" });
  assert.equal(await choice.inputValue(), "plain");
  await page.getByRole("button", { name: /Switch to English/ }).click();
});

claim(
  "the page about the app names version, folders and what it is built from",
  async ({ dataDir, page, program, see }) => {
    await see.command("About the app");
    const about = page.getByRole("region", { name: "About" });
    await about.getByText(dataDir, { exact: true }).waitFor();
    const { version } = await program.api("GET", "/status");
    await about.getByText(version, { exact: true }).waitFor();
    await about.getByText(/^Written to no file/).waitFor();
    assert.equal(await about.getByRole("button", { name: "Open the log" }).count(), 0, "a browser opens no files");
    await about.getByRole("button", { name: "Show the list" }).click();
    await about.getByLabel("Find by name or licence").fill("axum");
    await about.getByRole("row", { name: /^axum \S+ MIT$/ }).waitFor();
    await about.getByLabel("Find by name or licence").fill("codemirror/view");
    await about.getByRole("row", { name: /MIT$/ }).waitFor();
    await page.keyboard.press("Escape");
    await see.ready();
  },
);

claim("a key store that was not there is asked again as often as a person wants", async ({ page, see, open }) => {
  let works = false;
  /** @type {object[]} */
  const asked = [];
  await page.route("**/api/v1/tunnel", async (route) => {
    const key_store = works ? "system" : "session";
    await route.fulfill({ json: { ...(await (await route.fetch()).json()), key_store } });
  });
  await page.route("**/api/v1/settings", async (route) => {
    const settings = await (await route.fetch({ method: "GET" })).json();
    if (route.request().method() === "PATCH") asked.push(route.request().postDataJSON());
    await route.fulfill({ json: { ...settings, key_store: "system" } });
  });
  await open();
  await page.keyboard.press("Control+,");
  await page.getByText(/^This system has no key store/).waitFor();
  await see.button("Try again").click();
  await see.toast("The key store still cannot be used");
  works = true;
  await see.button("Try again").click();
  await page.getByText(/^Where ngrok's token/).waitFor();
  assert.equal(await see.button("Try again").count(), 0);
  assert.deepEqual(asked, [{ key_store: "system" }, { key_store: "system" }]);
});
