/** The turns of one user together: read from top to bottom, with their variables beside them. */
import assert from "node:assert/strict";

import { claim } from "../lib/claim.mjs";
import { turn } from "../lib/turns.mjs";

/**
 * Four turns of one user: the second answer sets two variables, of which the bot keeps one and
 * changes it later.
 */
const talk = {
  given: async (/** @type {import("../lib/program.mjs").Program} */ program) => {
    const { default_answer } = await program.api("GET", "/answering");
    const answers = (/** @type {string} */ body) =>
      program.answering({ default_answer: { ...default_answer, body: JSON.stringify(JSON.parse(body)) } });
    await answers("{}");
    await program.post(turn("start", { more: '"city": "Казань", "total": 0' }));
    await answers('{"total": 60, "promo": "HELLO"}');
    await program.post(turn("pay", { more: '"city": "Казань", "total": 0' }));
    await answers("{}");
    await program.post(turn("receipt", { more: '"city": "Казань", "total": 60' }));
    await program.post(turn("again", { more: '"city": "Казань", "total": "60"' }));
    await program.post(turn("other", { user: "77", more: '"n": 1' }));
  },
};

claim(
  "a conversation is read from its first turn on, and a value says why it is so",
  async ({ page, see }) => {
    await see.choose("pay");
    await page.keyboard.press("v");
    const panel = page.getByRole("region", { name: "Conversation", exact: true });
    const feed = panel.getByRole("region", { name: "Turns" });
    const turns = feed.getByRole("listitem");
    await turns.nth(3).waitFor();
    const titles = await turns.locator("b").allTextContents();
    assert.deepEqual(titles, ["start", "pay", "receipt", "again"], "oldest first, and nobody else's");
    await turns.nth(1).getByText("total").waitFor();
    await turns.nth(1).getByText("60").waitFor();
    // What became of what was answered: one came back, the other did not.
    await turns.nth(1).getByText("kept", { exact: false }).first().waitFor();
    await turns.nth(1).getByText("gone", { exact: true }).waitFor();
    await panel.getByText("1 not kept").waitFor();
    // The keys step through the conversation as it is read.
    await page.keyboard.press("j");
    await feed.locator('[aria-current="true"]').getByText("receipt").waitFor();
    const grid = panel.getByRole("grid", { name: "Variables over the turns" });
    await grid.getByRole("rowheader", { name: "total" }).waitFor();
    assert.equal(await grid.getByRole("rowheader", { name: "city" }).count(), 0, "what never changes is folded");
    await panel.getByText("never changed: city").waitFor();
    // Why is it so: the cell of the chosen turn is where the keys are.
    await grid.focus();
    await page.keyboard.press("w");
    const why = panel.getByRole("region", { name: "Why" });
    await why.getByText("60", { exact: true }).first().waitFor();
    await why.getByRole("listitem").filter({ hasText: "an answer that the bot took" }).getByRole("button").click();
    await feed.locator('[aria-current="true"]').getByText("pay").waitFor();
    await panel.getByRole("checkbox", { name: "only those that change" }).uncheck();
    await grid.getByRole("rowheader", { name: "city" }).waitFor();
    await page.keyboard.press("Escape");
    await why.waitFor({ state: "detached" });
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "detached" });
    await see.heading("pay");
  },
  talk,
);

claim(
  "a turn that comes is at the end of the open conversation, and another one's turn closes it",
  async ({ page, program, see }) => {
    await see.choose("pay");
    await page.keyboard.press("v");
    const panel = page.getByRole("region", { name: "Conversation", exact: true });
    const turns = panel.getByRole("region", { name: "Turns" }).getByRole("listitem");
    await turns.nth(3).waitFor();
    await program.post(turn("later", { more: '"total": 1' }));
    await turns.nth(4).getByText("later").waitFor();
    await see.choose("other");
    await panel.waitFor({ state: "detached" });
    await see.heading("other");
  },
  talk,
);

claim(
  "a user's last conversation is opened from the head of the user's turns",
  async ({ page, see }) => {
    await see.choose("other");
    const head = page.getByRole("treeitem", { name: /1234567890/ });
    await head.locator("button").click();
    const panel = page.getByRole("region", { name: "Conversation", exact: true });
    await panel.getByRole("heading", { name: "1234567890" }).waitFor();
    const feed = panel.getByRole("region", { name: "Turns" });
    await feed.locator('[aria-current="true"]').getByText("again").waitFor();
  },
  talk,
);

claim(
  "a conversation is sent again in order, and a turn that is answered differently is compared",
  async ({ page, program, see }) => {
    await see.choose("pay");
    await page.keyboard.press("v");
    const panel = page.getByRole("region", { name: "Conversation", exact: true });
    await panel.getByRole("button", { name: "Send again" }).click();
    const run = panel.getByRole("region", { name: "Sending the conversation again" }).first();
    await run.getByRole("button", { name: "Send all" }).click();
    await run.getByText("4 of 4 · 1 differs").waitFor();
    const rows = run.getByRole("row");
    await rows.filter({ hasText: "receipt" }).getByText("as it was").waitFor();
    assert.equal((await program.exchanges("source:replay")).length, 4);
    await rows.filter({ hasText: "pay" }).getByRole("button", { name: "2 differences" }).click();
    const comparison = page.getByRole("region", { name: "Comparison", exact: true });
    await comparison.getByText("replay of A").waitFor();
    await comparison.getByRole("row", { name: "promo" }).getByText("removed").waitFor();
    await page.keyboard.press("Escape");
    await run.getByText("4 of 4 · 1 differs").waitFor();
  },
  talk,
);
