/**
 * What was captured stays: over a restart, replayed, filtered, deleted and taken back, pinned and
 * noted.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";

import { claim } from "../lib/claim.mjs";
import { turn } from "../lib/turns.mjs";
import { eventually } from "../lib/wait.mjs";

/**
 * Three answered turns of two users.
 * @param {import("../lib/program.mjs").Program} program
 */
async function three(program) {
  await program.post(turn("start"));
  await program.post(turn("pay", { user: "77", more: '"city": "Казань", "sum": 1.0' }));
  await program.post(turn("bye"));
}

claim(
  "after a restart the history is there, a held turn's fallback included",
  async ({ program, see, restart, open }) => {
    await program.hold();
    const bot = program.post(turn("held"));
    await see.row("held").waitFor();
    await program.stop();
    assert.equal((await bot).text, "{}", "the fallback goes out when the program ends");
    await restart();
    await open();
    for (const event of ["start", "pay", "bye", "held"]) await see.row(event).waitFor();
    await see.row("held").getByText("fallback").waitFor();
    await see.choose("pay");
    await see.value("city", "Bot has", '"Казань"');
    await see.value("sum", "In", "1.0");
    await see.counted("4 exchanges");
  },
  { given: three },
);

claim(
  "a program that was killed shows afterwards whom it could not answer",
  async ({ program, see, restart, open }) => {
    await program.hold();
    const bot = program.post(turn("held")).catch(() => "cut off");
    await see.row("held").waitFor();
    await program.kill();
    assert.equal(await bot, "cut off");
    await restart();
    await open();
    await see.row("held").getByText("failed").waitFor();
    await see.choose("held");
    await see.openTab("Answer");
    assert.notEqual(await see.answer.getByRole("alert").innerText(), "");
  },
  { given: three },
);

claim(
  "a replay is a new row that leads to its original",
  async ({ program, see }) => {
    await see.choose("pay");
    await see.detail.getByRole("button", { name: /^Replay/ }).click();
    await see.toast("Replayed");
    await see.messages.getByRole("button", { name: "Open" }).click();
    const back = see.detail.getByRole("button", { name: "Go to the original turn" });
    await back.waitFor();
    await see.value("city", "In", '"Казань"');
    await back.click();
    await back.waitFor({ state: "detached" });
    const [newest] = await program.exchanges();
    assert.equal(newest.source, "replay");
    await see.row("pay").getByText("replay").waitFor();
  },
  { given: three },
);

claim(
  "a turn is edited and replayed, and only what was changed differs",
  async ({ program, page, see }) => {
    await see.choose("pay");
    await see.detail.getByRole("button", { name: "Edit and replay" }).click();
    const dialog = page.getByRole("dialog", { name: "Replay the turn" });
    const body = dialog.getByRole("textbox", { name: "Body" });
    await eventually(
      "the body",
      () => see.text(body),
      (text) => text.includes('"sum": 1.0'),
    );
    await body.click();
    await see.focused(body);
    await page.keyboard.press("Control+a");
    const edited = turn("pay", { user: "77", more: '"city": "Уфа", "sum": 549.0' });
    await page.keyboard.insertText(edited);
    await dialog.getByRole("textbox", { name: "Path" }).fill("/hooks?from=edit");
    await dialog.getByRole("button", { name: "Send" }).click();
    await dialog.waitFor({ state: "detached" });
    await see.value("city", "In", '"Уфа"');
    await see.value("sum", "Bot has", "549.0");
    const [newest] = await program.exchanges();
    const whole = await program.api("GET", `/exchanges/${newest.id}`);
    assert.equal(whole.path, "/hooks");
    assert.equal(whole.request.query, "from=edit");
    assert.equal(whole.request_bytes, Buffer.byteLength(edited));
  },
  { given: three },
);

claim(
  "an edited replay outlives Escape, which closes the innermost, and says at once that it waits",
  async ({ program, page, see }) => {
    await program.hold();
    await page.getByRole("radio", { name: "Me", exact: true, checked: true }).waitFor();
    await see.choose("pay");
    await page.keyboard.press("e");
    const dialog = page.getByRole("dialog", { name: "Replay the turn" });
    const body = dialog.getByRole("textbox", { name: "Body" });
    await body.click();
    await see.focused(body);
    await page.keyboard.press("Control+End");
    await page.keyboard.insertText(" ");
    await page.keyboard.press("Control+f");
    await see.focused(dialog.getByRole("textbox", { name: "Find" }));
    await page.keyboard.press("Escape");
    await dialog.getByRole("textbox", { name: "Find" }).waitFor({ state: "detached" });
    assert.equal(await dialog.count(), 1, "Escape closed the search alone");
    await dialog.getByRole("textbox", { name: "Path" }).fill("/again");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await page.keyboard.press("e");
    assert.equal(await dialog.getByRole("textbox", { name: "Path" }).inputValue(), "/again");
    await dialog.getByRole("radio", { name: "To an address" }).click();
    await dialog.getByRole("textbox", { name: "Address for the replay" }).fill("localhost:3000/x");
    await dialog.getByText("Start with http://").waitFor();
    await dialog.getByRole("textbox", { name: "Address for the replay" }).fill("http://localhost:3000/x");
    await dialog.getByRole("textbox", { name: "Path" }).waitFor({ state: "detached" });
    await dialog.getByRole("radio", { name: "Here" }).click();
    await page.keyboard.press("Control+Enter");
    await see.toast("The replay waits for an answer");
    await see.messages.getByRole("button", { name: "Open" }).click();
    await see.editor.waitFor();
    assert.match(await page.title(), /^\(1\) /);
  },
  { given: three },
);

claim(
  "Ctrl+Z brings a deleted turn back, and what is pinned is not deleted with the rest",
  async ({ program, page, see }) => {
    await see.choose("pay");
    await page.keyboard.press("Delete");
    await see.toast("Turn “pay” deleted");
    await see.rowsFit("the others", (rows) => rows.length === 2);
    await page.keyboard.press("Control+z");
    await see.rowsFit("all again", (rows) => rows.length === 3);
    const [newest] = await program.exchanges();
    await program.api("PATCH", `/exchanges/${newest.id}`, { pinned: true });
    await see.button("List view").click();
    await page.getByRole("menuitem", { name: "Delete 2 exchanges, not the pinned" }).click();
    await see.rowsFit("the pinned one", (rows) => rows.length === 1);
  },
  { given: three },
);

claim(
  "a replay to an address that nobody listens at says why it failed",
  async ({ page, program, see }) => {
    await see.choose("pay");
    await page.keyboard.press("e");
    const dialog = page.getByRole("dialog", { name: "Replay the turn" });
    await dialog.getByRole("radio", { name: "To an address" }).click();
    await dialog.getByRole("textbox", { name: "Address for the replay" }).fill("http://127.0.0.1:9/hook");
    await page.keyboard.press("Control+Enter");
    await dialog.waitFor({ state: "detached" });
    await see.row("pay").getByText("not sent").waitFor();
    await see.answer.getByRole("alert").waitFor();
    await see.answer.getByText("Could not be sent to 127.0.0.1:9").waitFor();
    assert.equal(await see.detail.getByText(/the bot/i).count(), 0, "no bot had a part in it");
    assert.match(await see.answer.getByRole("alert").innerText(), /127\.0\.0\.1:9|refused|connect/i);
    await program.api("PATCH", "/settings", { language: "ru" });
    await page.getByRole("alert").filter({ hasText: "В соединении отказано" }).waitFor();
  },
  { given: three },
);

claim(
  "a replay that an address answered says which",
  async ({ page, see }) => {
    const server = createServer((_, answer) => answer.end('{"ok": true}'));
    await once(server.listen(0, "127.0.0.1"), "listening");
    const address = /** @type {import("node:net").AddressInfo} */ (server.address());
    try {
      await see.choose("pay");
      await page.keyboard.press("e");
      const dialog = page.getByRole("dialog", { name: "Replay the turn" });
      await dialog.getByRole("radio", { name: "To an address" }).click();
      await dialog
        .getByRole("textbox", { name: "Address for the replay" })
        .fill(`http://127.0.0.1:${address.port}/hook`);
      await page.keyboard.press("Control+Enter");
      await dialog.waitFor({ state: "detached" });
      await see.answer.getByText(`Answered by 127.0.0.1:${address.port}`).waitFor();
      await see.openTab("Timing");
      await page.getByRole("row", { name: /^The address took/ }).waitFor();
    } finally {
      server.close();
      server.closeAllConnections();
    }
  },
  { given: three },
);

claim(
  "a filter leaves what fits, and a wrong one says where it is wrong",
  async ({ page, see }) => {
    const shows = (/** @type {string} */ what, /** @type {string[]} */ events) =>
      see.rowsFit(
        what,
        (rows) => rows.length === events.length && events.every((event, at) => rows[at]?.includes(event)),
      );
    await see.filter.fill("event:pay");
    await shows("the pay turn", ["pay"]);
    await see.filter.fill("user:1234567890");
    await see.rowsFit("one user's turns", (rows) => rows.length === 2);
    await see.button("List view").click();
    await page.getByRole("menuitem", { name: "Delete 2 exchanges, not the pinned" }).click();
    await see.toast("2 exchanges deleted");
    await page.getByText("Nothing matches this filter.").waitFor();
    await see.messages.getByRole("button", { name: "Undo" }).click();
    await see.rowsFit("them again", (rows) => rows.length === 2);
    await see.filter.fill("");
    await see.rowsFit("all of them", (rows) => rows.length === 3);
  },
  { given: three },
);

claim(
  "a pin and a note stay with the turn",
  async ({ page, see, program, restart, open }) => {
    await see.choose("pay");
    await page.keyboard.press("p");
    await see.row("pay").getByText("pinned").waitFor({ state: "attached" });
    await page.keyboard.press("n");
    await see.type(see.detail.getByRole("textbox", { name: "Note" }), "спросить про скидку");
    await page.keyboard.press("Enter");
    await see.row("pay").getByText("with a note: спросить про скидку").waitFor({ state: "attached" });
    await program.stop();
    await restart();
    await open();
    await see.filter.fill("is:pinned has:note");
    await see.rowsFit("the marked turn", (rows) => rows.length === 1 && rows[0].includes("pay"));
    await see.choose("pay");
    assert.equal(await see.detail.getByRole("textbox", { name: "Note" }).inputValue(), "спросить про скидку");
    await page.keyboard.press("p");
    await see.row("pay").getByText("pinned").waitFor({ state: "detached" });
  },
  { given: three },
);

claim(
  "a turn is copied as a command that sends it again",
  async ({ program, page, see }) => {
    await see.choose("pay");
    await see.detail.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Copy as cURL" }).click();
    await see.toast("Copied");
    const command = await page.evaluate(() => navigator.clipboard.readText());
    const [bot] = (await program.api("GET", "/bots")).bots;
    assert.ok(command.startsWith(`curl ${bot.webhook_url} `), command);
    assert.ok(command.includes("-H 'content-type: application/json'"), command);
    const more = '"city": "Казань", "sum": 1.0';
    assert.ok(command.endsWith(` --data-raw '${turn("pay", { user: "77", more })}'`), command);
  },
  { given: three },
);

claim(
  "a replay's form shows one's own variables, with the platform's long ones folded",
  async ({ program, page, see }) => {
    const body = '{"action": "order", "rawRequest": {"deep": {"er": 1}}, "own": {"kept": 2}}';
    await program.post(body);
    await see.choose("order");
    await page.keyboard.press("e");
    const editor = page.getByRole("dialog").getByRole("textbox", { name: "Body" });
    await editor.getByText('"kept"').waitFor();
    assert.equal(await editor.getByText('"deep"').count(), 0, "it is folded");
    await page.getByRole("dialog").getByRole("button", { name: /^Send/ }).click();
    const [newest] = await eventually(
      "the replay",
      () => program.exchanges(),
      ([first]) => first.source === "replay",
    );
    const sent = await program.api("GET", `/exchanges/${newest.id}`);
    assert.equal(sent.request.body.bytes, new TextEncoder().encode(body).length, "what is folded goes out as it came");
  },
  { given: three },
);
