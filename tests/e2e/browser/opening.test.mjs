/** Keys pressed between the request for a dialog and its focus: they are the dialog's. */
import assert from "node:assert/strict";

import { claim } from "../lib/claim.mjs";
import { turn } from "../lib/turns.mjs";
import { eventually } from "../lib/wait.mjs";

/** @typedef {import("../lib/claim.mjs").Stage} Stage */

const DRAFT = '{"mine": 1}';
const held = { given: (/** @type {Stage["program"]} */ program) => program.hold() };

/**
 * Opens the page with a draft under the caret and the palette's file held back.
 * @param {Stage} stage
 * @returns what lets the file through, or makes it fail
 */
async function withoutPalette({ page, program, see, open }) {
  const bot = program.post(turn("event1"));
  /** @type {(what: "continue" | "abort") => void} */
  let decide = () => {};
  /** @type {Promise<"continue" | "abort">} */
  const decided = new Promise((resolve) => (decide = resolve));
  await page.route("**/*Palette*", async (route) => route[await decided]());
  await open();
  await see.choose("event1");
  await see.write(DRAFT);
  return { bot, let: decide };
}

claim(
  "what is typed before the palette is there arrives in it, and nothing below is touched",
  async (stage) => {
    const { page, program, see } = stage;
    const palette = await withoutPalette(stage);
    await page.keyboard.press("Control+k");
    await page.keyboard.type("About thx");
    await page.keyboard.press("Backspace");
    await page.keyboard.type("e app");
    for (const key of ["Enter", "Control+Enter", "Tab"]) await page.keyboard.press(key);
    assert.equal(await see.palette.count(), 0, "it is held back");
    assert.equal(await see.text(), DRAFT);
    palette.let("continue");
    const field = see.palette.getByRole("combobox");
    await see.focused(field);
    assert.equal(await field.inputValue(), "About the app");
    await see.palette.getByRole("option", { name: "About the app", selected: true }).waitFor();
    assert.equal(await see.palette.getByRole("option").count(), 1);
    await page.keyboard.press("Escape");
    await see.focused(see.editor);
    assert.equal(await see.text(), DRAFT);
    assert.equal((await program.exchanges("is:held")).length, 1, "nothing was sent");
    await see.answerButton("Release").click();
    await palette.bot;
  },
  held,
);

claim(
  "a palette given up with Escape before it is there stays away, and the caret is back in the draft",
  async (stage) => {
    const { page, see } = stage;
    const palette = await withoutPalette(stage);
    await page.keyboard.press("Control+k");
    await page.keyboard.type("abc");
    await page.keyboard.press("Escape");
    await see.focused(see.editor);
    const fetched = page.waitForResponse(/Palette/);
    palette.let("continue");
    await fetched;
    await page.keyboard.press("End");
    await page.keyboard.type(" ");
    await eventually(
      "the next letter in the draft",
      () => see.text(),
      (text) => text === `${DRAFT} `,
    );
    assert.equal(await see.palette.count(), 0);
    await see.find("newest", "To the newest");
    await page.keyboard.press("Escape");
    await see.focused(see.editor);
    await see.answerButton("Release").click();
    await palette.bot;
  },
  held,
);

claim(
  "a palette that cannot be fetched gives the caret back, and what was typed for it is gone",
  async (stage) => {
    const { page, see } = stage;
    const palette = await withoutPalette(stage);
    await page.keyboard.press("Control+k");
    await page.keyboard.type("abc");
    palette.let("abort");
    await see.toast("This part of the page could not be loaded.");
    await see.focused(see.editor);
    assert.equal(await see.text(), DRAFT);
    await see.answerButton("Release").click();
    await palette.bot;
  },
  { ...held, mayFail: /net::ERR_FAILED/ },
);

claim(
  "a dialog opened from a menu has the keys at once, and gives the focus back to the menu's button",
  async ({ page, program, see }) => {
    await program.post(turn("event1"));
    await see.choose("event1");
    await see.detail.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: /^Name the user/ }).click();
    const dialog = page.getByRole("dialog", { name: "The user's name" });
    await see.type(dialog.getByRole("textbox", { name: /^Name/ }), "Anna");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await see.focused(see.detail.getByRole("button", { name: "More" }));
  },
);

claim(
  "letters pressed before the answer's text is there run no command, and Escape gives up waiting for it",
  async ({ page, program, see }) => {
    await program.post(turn("event1"));
    await see.choose("event1");
    await see.answer.getByText("Default answer").waitFor();
    let go = () => {};
    /** @type {Promise<void>} */
    const gone = new Promise((resolve) => (go = resolve));
    const asked = page.waitForRequest(/\/exchanges\/[\w-]+$/);
    await page.route(/\/exchanges\/[\w-]+$/, async (route) => {
      await gone;
      await route.continue();
    });
    await page.keyboard.press("a");
    await asked;
    for (const key of ["p", "Delete", "r", "2"]) await page.keyboard.press(key);
    go();
    await see.focused(see.editor);
    const [only, ...others] = await program.exchanges();
    assert.deepEqual([only.event, only.pinned, others.length], ["event1", false, 0]);
    assert.equal((await program.api("GET", "/answering")).mode, "rules");
  },
);

claim(
  "the focus is in a view that was opened by keys, and in the list after it; a note gives it back, too",
  async ({ page, program, see }) => {
    await program.post(turn("event1"));
    await see.choose("event1");
    await see.command("About the app");
    await see.focused(page.getByRole("main"));
    await page.keyboard.press("Escape");
    await see.focused(see.tree);
    await page.keyboard.press("Control+,");
    await see.focused(page.getByRole("main"));
    await page.keyboard.press("Escape");
    await see.focused(see.tree);
    await page.keyboard.press("n");
    await see.type(see.detail.getByRole("textbox", { name: "Note" }), "one");
    await page.keyboard.press("Enter");
    await see.focused(see.tree);
  },
);
