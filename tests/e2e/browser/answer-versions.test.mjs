/** What was answered to an event before: listed, two of them compared, one in the editor again. */
import assert from "node:assert/strict";

import { claim } from "../lib/claim.mjs";
import { complainsOfNothing } from "../lib/look.mjs";
import { turn } from "../lib/turns.mjs";
import { eventually } from "../lib/wait.mjs";

/** @typedef {import("../lib/program.mjs").Program} Program */

const OLD = '{"paid": false, "total": 1290.00}';
const NEW = '{"paid": true, "total": 1290.00}';

/**
 * Two answers of rules to an event, the second twice, and one to another event.
 * @param {Program} program
 */
async function answered(program) {
  const when = { field: "event", op: "equals", value: "pay" };
  const rule = (/** @type {string} */ body) => ({ version: 1, name: "Paying", when, then: { reply: { body } } });
  const { id } = await program.api("POST", "/rules", rule(OLD));
  await program.post(turn("pay"));
  await program.api("PUT", `/rules/${id}`, rule(NEW));
  await program.post(turn("pay"));
  await program.post(turn("pay"));
  await program.post(turn("start"));
}

claim(
  "answers to an event are listed by keys alone, compared, and one of them stands in the editor again",
  async ({ page, program, see }) => {
    await program.hold(600);
    const bot = program.post(turn("pay"));
    await page.getByText("Waiting for an answer").first().waitFor();
    await see.choose("pay");
    await see.answer.getByText(/until the fallback answer/).waitFor();
    await see.command("Answers to this event");
    const dialog = page.getByRole("dialog", { name: "Answers to “pay”" });
    const list = dialog.getByRole("listbox", { name: "Versions of the answer, newest first" });
    const [newer, older] = [list.getByRole("option").first(), list.getByRole("option").nth(1)];
    await newer.getByText("rule “Paying”").waitFor();
    await newer.getByText("2 times").waitFor();
    await older.getByText("1 time", { exact: true }).waitFor();
    assert.equal(await list.getByRole("option").count(), 2);
    await see.focused(list);
    // By its place on the keyboard: a Russian layout types another letter there.
    await list.dispatchEvent("keydown", { key: "ч", code: "KeyX", bubbles: true, cancelable: true });
    await newer.getByText("to compare", { exact: true }).waitFor();
    await page.keyboard.press("ArrowDown");
    const difference = dialog.getByRole("region", { name: "Difference of the answers" });
    await difference.getByRole("listitem").filter({ hasText: '"paid": false' }).getByText("gone:").waitFor();
    await difference.getByRole("listitem").filter({ hasText: '"paid": true' }).getByText("added:").waitFor();
    await page.keyboard.press("Tab");
    await dialog.getByRole("button", { name: "Into the editor" }).press("Enter");
    await dialog.waitFor({ state: "detached" });
    await see.focused(see.editor);
    assert.equal(await see.text(), OLD);
    await page.keyboard.press("Control+Enter");
    await see.answer.getByText("Answered by hand").waitFor();
    assert.equal((await bot).text, OLD);
    const [latest] = await eventually(
      "the answer by hand",
      () => program.exchanges("is:answered"),
      ([one]) => one.answered_by === "hand",
    );
    assert.equal(latest.event, "pay");
  },
  { given: answered },
);

claim(
  "a version becomes another answer to a turn that has ended, and leads to the turn that had it",
  async ({ page, see }) => {
    await see.choose("pay");
    await see.command("Answers to this event");
    const dialog = page.getByRole("dialog", { name: "Answers to “pay”" });
    await dialog.getByRole("option").nth(1).click();
    await dialog.getByRole("button", { name: "Into the editor" }).click();
    await see.focused(see.editor);
    assert.equal(await see.text(), OLD);
    await see.answer.getByText("The caller has had its answer.").waitFor();
    await see.choose("start");
    await see.command("Answers to this event");
    const other = page.getByRole("dialog", { name: "Answers to “start”" });
    const only = other.getByRole("option");
    await only.waitFor();
    assert.equal(await only.count(), 1);
    await other.getByRole("button", { name: "Go to the turn" }).click();
    await see.heading("start");
  },
  { given: answered },
);

complainsOfNothing(
  {
    "answer-versions": {
      show: async ({ page, see }) => {
        await see.choose("pay");
        await see.command("Answers to this event");
        const dialog = page.getByRole("dialog", { name: "Answers to “pay”" });
        await dialog.getByRole("option").first().waitFor();
        await see.focused(dialog.getByRole("listbox"));
        await page.keyboard.press("x");
        await page.keyboard.press("ArrowDown");
        await dialog.getByRole("region", { name: "Difference of the answers" }).waitFor();
      },
    },
  },
  answered,
);
