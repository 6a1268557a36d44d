/** Rows chosen together: deleted, pinned, exported; a body saved as a file; a user with a name. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";

import { claim } from "../lib/claim.mjs";
import { turn } from "../lib/turns.mjs";
import { eventually } from "../lib/wait.mjs";

const run = promisify(execFile);
const four = {
  given: async (/** @type {import("../lib/program.mjs").Program} */ program) => {
    for (const event of ["one", "two", "three", "four"]) await program.post(turn(event));
  },
};
const events = (/** @type {{ event: string }[]} */ all) => all.map(({ event }) => event);

claim(
  "rows chosen together are deleted in one step, and one undo brings them back",
  async ({ page, program, see }) => {
    await see.choose("four");
    await see.row("two").click({ modifiers: ["Shift"] });
    const bar = page.getByRole("group", { name: "Chosen turns" });
    await bar.getByText("3 turns chosen").waitFor();
    assert.equal(await see.selected.count(), 3);
    await see.row("three").click({ modifiers: ["Control"] });
    await bar.getByText("2 turns chosen").waitFor();
    await page.keyboard.press("Delete");
    await see.toast("2 exchanges deleted");
    assert.deepEqual(events(await program.exchanges()), ["three", "one"]);
    await see.heading("one");
    await page.keyboard.press("Control+z");
    const back = await eventually(
      "four again",
      () => program.exchanges(),
      (all) => all.length === 4,
    );
    assert.deepEqual(events(back), ["four", "three", "two", "one"]);
    await see.row("four").waitFor();
  },
  four,
);

claim(
  "by keys alone rows are chosen together and pinned, and Escape leaves one of them",
  async ({ page, program, see }) => {
    await see.choose("four");
    await page.keyboard.press("Shift+ArrowDown");
    await page.keyboard.press("Shift+j");
    const bar = page.getByRole("group", { name: "Chosen turns" });
    await bar.getByText("3 turns chosen").waitFor();
    await page.keyboard.press("p");
    await see.toast("3 turns pinned");
    for (const name of ["four", "three", "two"]) await see.row(name).getByText("pinned").waitFor({ state: "attached" });
    assert.deepEqual(events(await program.exchanges("is:pinned")), ["four", "three", "two"]);
    await page.keyboard.press("Escape");
    await bar.waitFor({ state: "hidden" });
    assert.equal(await see.selected.count(), 1);
    await see.heading("two");
    await page.keyboard.press("Control+a");
    await bar.getByText("4 turns chosen").waitFor();
    await page.keyboard.press("p");
    await see.toast("1 turn pinned");
    await see.row("one").getByText("pinned").waitFor({ state: "attached" });
    await page.keyboard.press("p");
    await see.toast("4 turns unpinned");
    await page.keyboard.press("ArrowUp");
    await bar.waitFor({ state: "hidden" });
  },
  four,
);

claim(
  "rows chosen together are saved as lines of JSON, every digit as it was",
  async ({ page, program, see }) => {
    await program.post(turn("five", { more: '"n": 9007199254740993' }));
    await see.choose("five");
    await page.keyboard.press("Shift+ArrowDown");
    const bar = page.getByRole("group", { name: "Chosen turns" });
    await bar.getByRole("button", { name: "Export" }).click();
    const download = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: "Save as lines of JSON" }).click();
    const file = await download;
    assert.equal(file.suggestedFilename(), "hookloupe.jsonl");
    const lines = (await readFile(await file.path(), "utf8")).trimEnd().split("\n");
    const all = lines.map((line) => JSON.parse(line));
    assert.deepEqual(events(all), ["five", "four"]);
    assert.match(all[0].request.body.text, /"n": 9007199254740993/);
    assert.equal(all[1].response.body.text, "{}");
  },
  four,
);

claim("a body is saved byte for byte under a name that says what it is", async ({ page, program, see }) => {
  const sent = turn("Оплата картой", { more: '"total" : 1098.00' });
  await program.post(sent);
  await see.choose("Оплата картой");
  const save = async (/** @type {string} */ item) => {
    await see.detail.getByRole("button", { name: "More" }).click();
    const download = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: item }).click();
    const file = await download;
    return { name: file.suggestedFilename(), bytes: await readFile(await file.path(), "utf8") };
  };
  const request = await save("Save the request's body");
  assert.match(request.name, /^Оплата-картой-\d{4}-\d\d-\d\d-\d{6}-request\.json$/);
  assert.equal(request.bytes, sent);
  const answer = await save("Save the answer's body");
  assert.match(answer.name, /-response\.json$/);
  assert.equal(answer.bytes, "{}");
});

claim("a body that is no text is copied with the command, byte for byte, by keyboard too", async (stage) => {
  const { page, program, see } = stage;
  const bytes = Uint8Array.from([0, 1, 37, 39, 92, 65, 254, 255]);
  await program.post(bytes, { headers: { "content-type": "application/octet-stream" } });
  await see.rows.first().click();
  await see.heading("POST /");
  await see.command("Copy as cURL");
  await see.toast("Copied");
  const command = await page.evaluate(() => navigator.clipboard.readText());
  assert.ok(command.startsWith(String.raw`printf '\000\001%%\047\\A\376\377' | curl `), command);
  assert.match(command, / --data-binary @-$/);
  const { stdout } = await run("sh", ["-c", command.split(" | curl ")[0] ?? ""], { encoding: "buffer" });
  assert.deepEqual(new Uint8Array(stdout), bytes);
});

claim("a body too long for a command is named there as it is saved, coded or not, by keyboard alone", async (stage) => {
  const { page, program, see } = stage;
  const long = turn("long", { more: `"text": "${"ё".repeat(140_000)}"` });
  await program.post(long);
  await program.post(gzipSync(long.replace("long", "coded")), { headers: { "content-encoding": "gzip" } });
  for (const event of ["long", "coded"]) {
    await see.choose(event);
    await see.command("Copy as cURL");
    await see.toast(/^The body is too long for a command: save it beside as/);
    const copied = await eventually(
      "the command",
      () => page.evaluate(() => navigator.clipboard.readText()),
      (text) => text.includes(`@${event}-`),
    );
    const download = page.waitForEvent("download");
    await see.command("Save the request's body as a file");
    const file = await download;
    assert.ok(copied.endsWith(` --data-binary @${file.suggestedFilename()}`), copied);
    assert.equal(await readFile(await file.path(), "utf8"), long.replace("long", event));
    assert.ok(!/content-encoding/i.test(copied), "what is saved is the text");
  }
});

claim(
  "a user that was named is shown and found by the name",
  async ({ page, see, open }) => {
    await see.choose("one");
    await page.keyboard.press("Shift+N");
    const dialog = page.getByRole("dialog", { name: "The user's name" });
    await dialog.getByRole("textbox", { name: /^Name/ }).fill("Иван, тест");
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "hidden" });
    await see.detail.getByText("Иван, тест", { exact: true }).waitFor();
    await see.tree.getByText("Иван, тест", { exact: true }).waitFor();
    await see.filter.fill("user:иван");
    await page.keyboard.press("Enter");
    await see.rowsFit("the named user's turn", (rows) => rows.length === 1 && /one/.test(rows[0] ?? ""));
    await open();
    await see.tree.getByText("Иван, тест", { exact: true }).waitFor();
  },
  {
    given: async (program) => {
      await program.post(turn("one", { user: "777" }));
      await program.post(turn("two", { user: "8" }));
    },
  },
);
