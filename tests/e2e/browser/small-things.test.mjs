/** Small things that a person stumbles over: tips, names that are empty, what is offered twice. */
import assert from "node:assert/strict";

import { claim } from "../lib/claim.mjs";
import { ORDER, turn } from "../lib/turns.mjs";
import { eventually } from "../lib/wait.mjs";

claim("no tip covers the page after a menu is closed", async ({ program, page, see }) => {
  await program.post(turn("start"));
  await see.choose("start");
  const button = see.detail.getByRole("button", { name: "More" });
  await button.click();
  await page.getByRole("menuitem", { name: "Pin" }).waitFor();
  await page.mouse.move(2, 400);
  await page.keyboard.press("Escape");
  await eventually("the focus back at the button", () => button.evaluate((one) => one === document.activeElement));
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  assert.equal(await page.locator(".tip").count(), 0);
});

claim("an event or a user without letters has a name all the same", async ({ program, page, see }) => {
  await program.post(turn("", { user: "" }));
  await page.getByRole("treeitem", { name: /^\(empty user\) 1 turn$/ }).waitFor();
  await see.row("(empty event)").click();
  await see.heading("(empty event)");
});

claim("in forced colours what is chosen has the system's colours", async ({ program, page, see }) => {
  await program.post(turn("one"));
  await program.post(turn("two"));
  await page.emulateMedia({ forcedColors: "active" });
  await see.choose("two");
  const colours = (/** @type {import("playwright-core").Locator} */ one) =>
    one.evaluate((element) => getComputedStyle(element).backgroundColor);
  const chosen = await colours(see.row("two"));
  assert.notEqual(chosen, await colours(see.row("one")));
  const tag = see.row("two").getByText("default", { exact: true });
  assert.equal(await colours(tag), "rgba(0, 0, 0, 0)", "words in the row stand on its colour");
  assert.equal(await colours(page.getByRole("radio", { name: "Rules" })), chosen, "the pressed mode");
  assert.notEqual(await colours(page.getByRole("radio", { name: "Me", exact: true })), chosen);
});

claim(
  "a status that no answer has is said once, at its field",
  async ({ program, page, see }) => {
    const bot = program.post(turn("event1"));
    await see.choose("event1");
    const status = see.answer.getByRole("textbox", { name: "Answer status" });
    await status.fill("500");
    await see.findings.getByText(/500/).waitFor();
    await status.fill("99");
    await see.answer.getByText("Status: a number from 200 to 599").waitFor();
    assert.equal(await see.answer.getByText(/500/).count(), 0, "nothing is said of the status before");
    await page.keyboard.press("Control+Enter");
    assert.equal((await program.exchanges("is:held")).length, 1, "nothing is sent");
    await see.answerButton("Release").click();
    await bot;
  },
  { given: (program) => program.hold() },
);

claim(
  "a name that is taken over brings its colon and its present value, which the next letter replaces",
  async ({ program, page, see }) => {
    const bot = program.post(ORDER);
    await see.choose("Оплата картой");
    await see.write("{}");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.type('"orderI');
    await page.getByRole("option", { name: "orderId" }).click();
    await eventually(
      "the name with its value",
      () => see.text(),
      (text) => text.replaceAll("\n", "") === '{"orderId": 10542}',
    );
    await page.keyboard.type("7");
    await eventually(
      "the new value",
      () => see.text(),
      (text) => text.replaceAll("\n", "") === '{"orderId": 7}',
    );
    await see.answerButton("Release").click();
    await bot;
  },
  { given: (program) => program.hold() },
);

claim("a taken port is said once", async ({ page, open }) => {
  await page.route("**/api/v1/status", async (route) => {
    const status = await (await route.fetch()).json();
    const notice = { code: "port_taken", message: "Port 8787 is taken.", since: new Date().toISOString() };
    status.webhook = { ...status.webhook, port_taken: true, wanted_port: 8787 };
    await route.fulfill({ json: { ...status, notices: [notice] } });
  });
  await open();
  await page.getByText(/Another program has port 8787/).waitFor();
  assert.equal(await page.locator(".banner").count(), 1);
});

claim("a notice of the program that was read is put away there, too", async ({ page, open }) => {
  const notice = { code: "history_restored", id: "history 1", message: "The history was damaged." };
  /** @type {string[]} */
  const asked = [];
  await page.route("**/api/v1/status", async (route) => {
    const status = await (await route.fetch()).json();
    await route.fulfill({ json: { ...status, notices: asked.length > 0 ? [] : [notice] } });
  });
  await page.route("**/api/v1/notices/*", async (route) => {
    asked.push(`${route.request().method()} ${new URL(route.request().url()).pathname}`);
    await route.fulfill({ status: 204 });
  });
  await open();
  const banner = page.locator(".banner").filter({ hasText: notice.message });
  await banner.getByRole("button").click();
  await banner.waitFor({ state: "detached" });
  await eventually(
    "it is put away",
    () => asked,
    (all) => all.length === 1,
  );
  assert.deepEqual(asked, ["DELETE /api/v1/notices/history%201"]);
});

claim("a body that is no JSON is not asked for laid out", async ({ program, page, see }) => {
  /** @type {string[]} */
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await program.post('{"broken": ');
  await see.row("POST /").click();
  await see.openTab("Request");
  await page.getByRole("textbox", { name: "Body" }).getByText('{"broken":').waitFor();
  assert.ok(
    asked.some((url) => /request\/body\?/.test(url)),
    "it is read",
  );
  assert.ok(!asked.some((url) => /request\/body\?pretty/.test(url)), asked.join("\n"));
});

claim(
  "the search of an editor has the app's fields, with letters that can be read and a cross that can be hit",
  async ({ program, page, see }) => {
    const bot = program.post(turn("event1"));
    await see.choose("event1");
    await see.write('{"a": 1}');
    await page.keyboard.press("Control+f");
    const panel = see.answer.locator(".cm-search");
    await see.focused(panel.getByRole("textbox", { name: "Find" }));
    const sizes = await panel
      .locator("input[type=text], input:not([type]), button, label")
      .evaluateAll((all) => all.map((one) => parseFloat(getComputedStyle(one).fontSize)));
    assert.ok(sizes.length > 5 && sizes.every((size) => size >= 12), sizes.join(" "));
    const cross = await panel.locator("[name=close]").boundingBox();
    assert.ok(cross && cross.width >= 24 && cross.height >= 24, JSON.stringify(cross));
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "detached" });
    await see.answerButton("Release").click();
    await bot;
  },
  { given: (program) => program.hold() },
);

claim(
  "the window's page follows the language that the program was started in, and not the browser's",
  async ({ page, program }) => {
    await page.addInitScript(() => (globalThis.hookloupeLanguage = "ru"));
    await program.api("PATCH", "/settings", { language: "system" });
    await page.goto("about:blank");
    await page.goto(program.ui);
    await page.getByRole("radio", { name: "Правила" }).waitFor();
    assert.equal(await page.locator("html").getAttribute("lang"), "ru");
  },
);

claim(
  "an address for a replay that is none says how to begin, and one with a path of its own has no field for it",
  async ({ program, page, see }) => {
    await program.post(turn("pay"));
    await see.choose("pay");
    await page.keyboard.press("e");
    const dialog = page.getByRole("dialog", { name: "Replay the turn" });
    await dialog.getByRole("radio", { name: "To an address" }).click();
    const address = dialog.getByRole("textbox", { name: "Address for the replay" });
    const path = dialog.getByRole("textbox", { name: "Path" });
    await address.fill("localhost:3000/hook");
    await dialog.getByText("Start with http:// or https://").waitFor();
    assert.equal(await address.getAttribute("aria-invalid"), "true");
    await path.waitFor();
    await address.fill("http://localhost:3000/hook");
    await dialog.getByText("Start with http:// or https://").waitFor({ state: "detached" });
    await path.waitFor({ state: "detached" });
    await address.fill("http://localhost:3000");
    await path.waitFor();
  },
);

claim(
  "the time that a fallback was waited for is a person's, and not the writing's",
  async ({ program, page, see }) => {
    const bot = program.post(turn("event1"));
    await see.choose("event1");
    await see.answerButton("Release").click();
    await bot;
    await see.answer.getByText("Fallback").waitFor();
    await see.openTab("Timing");
    const times = page.getByRole("table", { name: "Timing of the turn" });
    await times.getByRole("row", { name: /^Waited for a person/ }).waitFor();
    assert.equal(await times.getByText("Answer saved and handed over").count(), 0);
  },
  { given: (program) => program.hold() },
);

claim(
  "a finding of an answer that was sent leads to its place in the body as it is",
  async ({ program, page, see }) => {
    const bot = program.post(turn("event1"));
    await see.choose("event1");
    await see.write('{"variable1": "51"}');
    await see.value("variable1", "Bot will have", '"51"');
    await page.keyboard.press("Control+Enter");
    await bot;
    await see.answer.getByText("Answered by hand").waitFor();
    const body = see.answer.getByRole("region", { name: "Body" });
    await body.getByRole("radio", { name: "Pretty", checked: true }).waitFor();
    await see.findings.getByRole("button", { name: /^line 1, column \d+$/ }).click();
    await body.getByRole("radio", { name: "Raw", checked: true }).waitFor();
    await eventually(
      "its name, chosen in the text as it went out",
      () => page.evaluate(() => getSelection()?.toString()),
      (chosen) => chosen === '"variable1"',
    );
  },
  { given: (program) => program.hold() },
);

claim(
  "an address that only this computer reaches is not called visible from the internet",
  async ({ program, page, see }) => {
    await program.api("POST", "/tunnel/start", { provider: "url", url: { url: "http://127.0.0.1:9" } });
    const lead = page.locator(".first .lead");
    await lead.getByText(/^(Only this computer sees it although the tunnel is on|Nobody answers at it now)/).waitFor();
    await see.statusBar.getByText("Own address: address does not answer").waitFor();
    await lead.getByText(/^Nobody answers at it now/).waitFor();
    await program.api("PATCH", "/settings", { language: "ru" });
    await lead.getByText(/^По нему сейчас никто не отвечает/).waitFor();
  },
);
