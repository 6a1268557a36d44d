/** What arrived is shown as it arrived: every digit, every byte, however many. */
import assert from "node:assert/strict";

import { claim } from "../lib/claim.mjs";
import { ORDER, turn } from "../lib/turns.mjs";
import { eventually } from "../lib/wait.mjs";

const NUMBERS =
  '"big": 9007199254740993, "float": 1.0, "price": 549.0, "tiny": 1e-7, "long": 12345678901234567890.12300';

claim("no digit is lost, in the table, in the body, in what the bot has", async ({ program, page, see }) => {
  await program.answering({
    default_answer: { status: 200, headers: [], body: '{"price": 549.00, "big": 9007199254740995}' },
  });
  await program.post(turn("digits", { more: NUMBERS }));
  await see.choose("digits");
  await see.value("big", "In", "9007199254740993");
  await see.value("big", "Out", "9007199254740995");
  await see.value("big", "Bot has", "9007199254740995");
  await see.value("float", "In", "1.0");
  await see.value("price", "In", "549.0");
  await see.value("price", "Bot has", "549.00");
  await see.value("tiny", "In", "1e-7");
  await see.value("long", "In", "12345678901234567890.12300");
  await see.openTab("Request");
  const body = page.getByRole("textbox", { name: "Body" });
  for (const view of ["Pretty", "Raw"]) {
    await page.getByRole("radio", { name: view }).click();
    const shown = await eventually(
      `the body, ${view}`,
      () => see.text(body),
      (text) => text.includes("tiny"),
    );
    for (const digits of ["9007199254740993", "1.0", "549.0", "1e-7", "12345678901234567890.12300"]) {
      assert.ok(shown.includes(digits), `${digits} in ${view}: ${shown}`);
    }
  }
});

claim("a long value is cut in the table and whole on demand, and can be copied", async ({ program, page, see }) => {
  await program.post(ORDER);
  await see.choose("Оплата картой");
  const value = see.variable("long").getByRole("button", { name: /^In: / });
  await value.click();
  const full = page.getByRole("dialog", { name: "The whole value: long" });
  await full.getByText(/до самого конца/).waitFor();
  await full.getByRole("button", { name: "Copy" }).click();
  await see.toast("Copied");
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^Очень длинное значение.*до самого конца$/);
  await page.keyboard.press("Escape");
  await full.waitFor({ state: "detached" });
  await see.button("Expand address").click();
  await see.value("address.city", "In", '"Казань"');
});

claim("system variables are folded, and the table has a filter of its own", async ({ program, page, see }) => {
  await program.post(ORDER);
  await see.choose("Оплата картой");
  assert.equal(await see.variable("queryText").count(), 0);
  await see.variables.getByRole("button", { name: /^System: / }).click();
  await see.value("queryText", "In", '"пока"');
  await page.getByRole("textbox", { name: "Find a variable" }).fill("bigId");
  await see.variable("orderStatus").waitFor({ state: "detached" });
  await see.value("bigId", "In", "9007199254740993");
});

claim("headers stand in their order, repeats apart", async ({ program, page, see }) => {
  await program.post(turn("event1"), { headers: { "X-One": "1", "X-Two": "два".length.toString() } });
  await see.choose("event1");
  await see.openTab("Request");
  const table = page.getByRole("table", { name: "Headers" });
  assert.equal(await table.getByRole("row", { name: /x-one/i }).getByRole("cell").innerText(), "1");
});

claim("a body of five megabytes is read by parts, in text and in hex", async ({ program, page, see }) => {
  const line = "0123456789abcdef".repeat(4);
  const rows = Array.from({ length: 78_000 }, (_, at) => `${String(at).padStart(7, "0")}${line}`);
  const body = `{"action":"big","userId":"1","rows":${JSON.stringify(rows)},"last":"THE-END"}`;
  assert.ok(body.length > 5_000_000);
  /** @type {string[]} */
  const asked = [];
  page.on("request", (request) => {
    if (request.url().includes("/request/body")) asked.push(request.headers().range ?? "all of it");
  });
  assert.equal((await program.post(body)).status, 200);
  await see.choose("big");
  await see.openTab("Request");
  const text = page.getByRole("textbox", { name: "Body" });
  await eventually(
    "the beginning",
    () => see.text(text),
    (shown) => shown.startsWith('{"action":"big"'),
  );
  await page.getByText(/Pretty shows bodies up to/).waitFor();
  await see.button("To the end").click();
  await page.getByText(/^5\.\d MB – 5\.\d MB of 5\.\d MB$/).waitFor();
  await text.focus();
  await page.keyboard.press("Control+End");
  await eventually(
    "the end",
    () => text.evaluate((one) => one.textContent.slice(-200)),
    (shown) => shown.includes("THE-END"),
  );
  await see.button("To the start").click();
  await page.getByRole("radio", { name: "Hex" }).click();
  const hex = page.getByRole("region", { name: "Hex" });
  await hex.getByText("00000000", { exact: true }).waitFor();
  await hex.getByText('{"action":"big",').waitFor();
  await hex.getByText(/^7b 22 61 63 74 69 6f 6e/).waitFor();
  await see.button("Next part").click();
  await hex.getByText("00000000", { exact: true }).waitFor({ state: "detached" });
  assert.ok(asked.length >= 4);
  assert.ok(
    asked.every((range) => range.startsWith("bytes=")),
    `read by ranges: ${asked}`,
  );
});

claim("a request that is no JSON shows its finding and the place", async ({ program, page, see }) => {
  await program.post('{"action": "broken",\n "a": }');
  await see.rows.first().click();
  await see.openTab("Request");
  const place = page.getByRole("list", { name: "Findings" }).getByRole("button", { name: "line 2, column 7" });
  await place.click();
  await eventually(
    "the raw body",
    () => see.text(page.getByRole("textbox", { name: "Body" })),
    (text) => text.includes('"a": }'),
  );
});

claim("bytes that are no text are shown in hex", async ({ program, page, see }) => {
  const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);
  await program.post(bytes, { headers: { "content-type": "application/octet-stream" } });
  await see.rows.first().click();
  await see.openTab("Request");
  await page
    .getByRole("region", { name: "Hex" })
    .getByText(/^f0 f1 f2 f3 f4 f5 f6 f7 {2}f8/)
    .waitFor();
});

const MANY = Array.from({ length: 300 }, (_, at) => `"variable_${String(at).padStart(3, "0")}": ${at}`).join(", ");
const DEEP = `"deep": ${'{"longerNameOfAMember": '.repeat(8)}1${"}".repeat(8)}`;

claim(
  "names of variables stay whole, columns are dragged and remembered, and the table is one tab stop",
  async ({ program, page, see, open }) => {
    await program.post(turn("many", { more: `${MANY}, ${DEEP}` }));
    await see.choose("many");
    await see.variable("variable_299").waitFor();
    const cut = await see.variables
      .locator("th[data-column='name'] .head")
      .evaluateAll((names) => names.filter((name) => name.scrollWidth > name.clientWidth + 1).length);
    assert.equal(cut, 0, "no name is cut");
    const stops = await see.variables.locator("tbody [tabindex='0']").count();
    assert.equal(stops, 1, "the cells are one tab stop");
    const on = (/** @type {string} */ what) =>
      eventually(
        what,
        () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? ""),
        (text) => text.includes(what),
      );
    await see.variable("variable_000").getByRole("rowheader").focus();
    await page.keyboard.press("ArrowDown");
    await on("variable_001");
    await see.variable("deep").getByRole("rowheader").focus();
    for (let level = 1; level <= 7; level += 1) {
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowDown");
      await on("longerName");
    }
    await see.variables
      .getByText(/^deep(\.longerNameOfAMember)+/)
      .first()
      .waitFor();
    const width = async () => (await see.variable("variable_000").getByRole("rowheader").boundingBox())?.width ?? 0;
    const before = await width();
    await page.keyboard.press("Alt+ArrowRight");
    await eventually("a wider column", width, (now) => now > before + 10);
    const wider = await width();
    await open();
    await see.choose("many");
    await see.variable("variable_000").waitFor();
    assert.equal(await width(), wider, "the width is remembered");
    const cell = see.variable("variable_001").getByRole("gridcell").first();
    await cell.focus();
    await page.keyboard.press("Enter");
    const value = page.getByRole("dialog", { name: "The whole value: variable_001" });
    await eventually("the focus in it", () => value.evaluate((one) => one.contains(document.activeElement)));
    await page.keyboard.press("Escape");
    await value.waitFor({ state: "detached" });
    await see.focused(cell);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "The whole value: variable_002" }).waitFor();
  },
);
