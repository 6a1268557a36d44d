/** Two turns beside each other. */
import assert from "node:assert/strict";

import { claim } from "../lib/claim.mjs";
import { turn } from "../lib/turns.mjs";
import { eventually } from "../lib/wait.mjs";

/** Two answers to one event that differ in three values. */
const two = {
  given: async (/** @type {import("../lib/program.mjs").Program} */ program) => {
    const { default_answer } = await program.api("GET", "/answering");
    const answers = (/** @type {string} */ body) =>
      program.answering({ default_answer: { ...default_answer, body: JSON.stringify(JSON.parse(body)) } });
    await answers('{"total": 1, "receipt": {"id": 7, "sum": 5}, "city": "Казань"}');
    await program.post(turn("pay"));
    await answers('{"total": "1", "receipt": {"id": 8, "sum": 5}, "fresh": true, "city": "Казань"}');
    await program.post(turn("again", { more: '"variable1": 51' }));
  },
};

claim(
  "two turns are compared by the keyboard: what differs is a row each, and the keys go through it",
  async ({ page, see }) => {
    await see.choose("pay");
    await page.keyboard.press("x");
    await see.row("pay").getByTitle("marked to be compared: A").waitFor();
    await see.choose("again");
    await page.keyboard.press("x");
    const panel = page.getByRole("region", { name: "Comparison", exact: true });
    await panel.getByText("3 differences").waitFor();
    const table = panel.getByRole("table", { name: "Comparison" });
    const row = (/** @type {string} */ name) => table.getByRole("row", { name });
    await row("receipt › id").getByText("changed").waitFor();
    await row("total").getByText("other type").waitFor();
    await row("fresh").getByText("added").waitFor();
    assert.equal(await table.getByText("city").count(), 0, "what is equal is no difference");
    await panel.getByText("1 of 3").waitFor();
    await page.keyboard.press("F7");
    await panel.getByText("2 of 3").waitFor();
    await page.keyboard.press("Shift+F7");
    await page.keyboard.press("Shift+F7");
    await panel.getByText("3 of 3").waitFor();
    // The other way round what was added is removed.
    await page.keyboard.press("x");
    await row("fresh").getByText("removed").waitFor();
    await panel.getByRole("radio", { name: "Requests" }).click();
    await row("variable1").getByText("changed").waitFor();
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "detached" });
    await see.heading("again");
  },
  two,
);

claim(
  "a replay is compared with its original in one key, and equal answers are said to be equal",
  async ({ page, program, see }) => {
    await see.choose("again");
    await page.keyboard.press("r");
    const replayed = await eventually(
      "the replay",
      () => program.exchanges(),
      (all) => all.length === 3 && all[0].state === "answered",
    );
    assert.notEqual(replayed[0].replay_of, null);
    await see.row("replay").click();
    await see.selected.getByText("replay").waitFor();
    await page.keyboard.press("x");
    const panel = page.getByRole("region", { name: "Comparison", exact: true });
    await panel.getByText("replay of A").waitFor();
    await panel.getByText("No differences").waitFor();
    // Another turn is looked at: the comparison was of these two.
    await see.choose("pay");
    await panel.waitFor({ state: "detached" });
    await see.heading("pay");
  },
  two,
);
