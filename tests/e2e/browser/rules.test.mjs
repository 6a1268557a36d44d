/** The rules of a bot in their order: chosen, switched, moved, duplicated, deleted, counted. */
import assert from "node:assert/strict";

import { claim } from "../lib/claim.mjs";
import { turn } from "../lib/turns.mjs";
import { eventually } from "../lib/wait.mjs";

/** @typedef {import("../lib/program.mjs").Program} Program */

/**
 * A rule that answers an event; the digits of what it asks for are more than a number holds.
 * @param {string} name
 * @param {object} when
 * @param {string} body
 */
const rule = (name, when, body) => ({
  version: 1,
  name,
  when,
  then: { reply: { status: 200, headers: [["Content-Type", "application/json"]], body } },
});
/** @param {string} event */
const asks = (event) => ({ field: "event", op: "equals", value: event });

/** @param {Program} program */
async function three(program) {
  await program.api("POST", "/rules", rule("Pay", { all: [asks("pay")] }, '{"by": "pay"}'));
  await program.api("POST", "/rules", rule("Start", { all: [asks("start")] }, '{"by": "start"}'));
  await program.api("POST", "/rules", rule("Everything", { all: [] }, '{"by": "all"}'));
}

/** @param {import("../lib/claim.mjs").Stage} stage */
async function openRules({ page }) {
  await page.keyboard.press("Control+2");
  const list = page.getByRole("grid", { name: "Rules in their order" });
  await list.waitFor();
  return {
    list,
    row: (/** @type {string} */ name) => list.getByRole("row", { name: new RegExp(`^\\d+\\. ${name}\\.`) }),
  };
}

/** @param {Program} program */
const names = async (program) =>
  (await program.api("GET", "/rules")).rules.map((/** @type {{ name: string }} */ one) => one.name);

claim("without rules it is said that the default answer answers", async ({ page }) => {
  await page.keyboard.press("Control+2");
  await page.getByText("So far the default answer answers everything").waitFor();
});

claim(
  "rules stand in their order with a sentence and their hits, and an answer leads to its turn",
  async (stage) => {
    const { page, program, see } = stage;
    assert.equal((await program.post(turn("pay"))).text, '{"by": "pay"}');
    const { row } = await openRules(stage);
    await row("Pay")
      .getByText(/^took 1 turn · \d\d:\d\d:\d\d$/)
      .waitFor();
    await row("Pay").getByText("By user: 1 person").waitFor();
    await row("Start").getByText("never yet").waitFor();
    await page.getByText("Rules: 3", { exact: true }).waitFor();
    await row("Pay").click();
    await page.getByRole("heading", { level: 1, name: "Pay" }).waitFor();
    await page.getByText("rule 1 of 3").waitFor();
    await page.getByRole("button", { name: "Go to its last turn" }).click();
    await see.heading("pay");
    await see.answer.getByText("Answered by a rule").waitFor();
    await see.row("pay").getByText("Pay", { exact: true }).waitFor();
  },
  { given: three },
);

claim(
  "a rule is moved and switched by keys, and no digit of it is lost",
  async (stage) => {
    const { page, program } = stage;
    const { list, row } = await openRules(stage);
    await row("Big").click();
    await list.focus();
    await page.keyboard.press("Alt+ArrowUp");
    await eventually(
      "the order",
      () => names(program),
      (all) => all.join() === "Big,Pay",
    );
    await page.getByRole("log").getByText("This is rule 1 of 2 now").waitFor({ state: "attached" });
    await page.keyboard.press("Space");
    await row("Big").getByText("off", { exact: true }).waitFor();
    const answer = await fetch(`${program.control}/api/v1/rules`, {
      headers: { authorization: `Bearer ${program.token}` },
    });
    assert.match(await answer.text(), /9007199254740993/);
    await page.keyboard.press("Space");
    await row("Big").getByText("never yet").waitFor();
  },
  {
    given: async (program) => {
      await program.api("POST", "/rules", rule("Pay", { all: [asks("pay")] }, "{}"));
      const init = {
        method: "POST",
        headers: { authorization: `Bearer ${program.token}`, "content-type": "application/json" },
        body: '{"version":1,"name":"Big","when":{"field":"var:id","op":"equals","value":9007199254740993},"then":{"reply":{"status":200,"body":"{}"}}}',
      };
      assert.equal((await fetch(`${program.control}/api/v1/rules`, init)).status, 201);
    },
  },
);

claim(
  "a rule that never strikes says which one is above it, and moves over it",
  async (stage) => {
    const { program } = stage;
    const { row } = await openRules(stage);
    await row("Late")
      .getByText(/^Never strikes: rule 1 above takes all its turns/)
      .waitFor();
    await row("Late").getByRole("button", { name: "Move over it" }).click();
    await eventually(
      "the order",
      () => names(program),
      (all) => all.join() === "Late,All",
    );
    await row("Late")
      .getByText(/^Never strikes/)
      .waitFor({ state: "detached" });
  },
  {
    given: async (program) => {
      await program.api("POST", "/rules", rule("All", { all: [] }, "{}"));
      await program.api("POST", "/rules", rule("Late", { all: [asks("pay")] }, "{}"));
    },
  },
);

claim(
  "a rule is duplicated below itself and deleted by keys, and found by what it says",
  async (stage) => {
    const { page, program, see } = stage;
    const { list, row } = await openRules(stage);
    await row("Start").click();
    await list.focus();
    await page.keyboard.press("Control+d");
    await eventually(
      "the copy",
      () => names(program),
      (all) => all.join() === "Pay,Start,Start (copy),Everything",
    );
    await page.getByRole("heading", { level: 1, name: "Start (copy)" }).waitFor();
    await page.keyboard.press("Delete");
    await eventually(
      "three rules",
      () => names(program),
      (all) => all.join() === "Pay,Start,Everything",
    );
    await see.toast("The rule “Start (copy)” is deleted");
    await page.keyboard.press("/");
    await see.type(page.getByRole("textbox", { name: "Find a rule" }), "start");
    await row("Pay").waitFor({ state: "detached" });
    assert.equal(await list.getByRole("row").count(), 1);
  },
  { given: three },
);

claim(
  "a rule is dragged to its place",
  async (stage) => {
    const { page, program } = stage;
    const { row } = await openRules(stage);
    const grip = await row("Everything").locator(".grip").boundingBox();
    const first = await row("Pay").boundingBox();
    assert.ok(grip && first);
    await page.mouse.move(grip.x + 5, grip.y + 5);
    await page.mouse.down();
    await page.mouse.move(first.x + 100, first.y + 10, { steps: 4 });
    await row("Pay").and(page.locator(".before")).waitFor();
    await page.mouse.up();
    await eventually(
      "the order",
      () => names(program),
      (all) => all.join() === "Everything,Pay,Start",
    );
  },
  { given: three },
);

claim(
  "what a rule has counted is shown for each user, and begins anew for one",
  async (stage) => {
    const { page, program } = stage;
    await program.post(turn("pay", { user: "77" }));
    await program.post(turn("pay", { user: "77" }));
    await program.post(turn("pay", { user: "78" }));
    const { row } = await openRules(stage);
    await row("Counts").click();
    const counters = page.getByRole("list", { name: "Counters" });
    await counters.getByRole("listitem").filter({ hasText: "77" }).getByText("call 2").waitFor();
    await counters.getByRole("button", { name: "Begin with 1: 77" }).click();
    await counters.getByRole("listitem").filter({ hasText: "77" }).waitFor({ state: "detached" });
    await counters.getByRole("listitem").filter({ hasText: "78" }).getByText("call 1").waitFor();
  },
  {
    given: (program) =>
      program.api("POST", "/rules", rule("Counts", { all: [{ field: "call", op: "less", value: 9 }] }, "{}")),
  },
);

claim(
  "a turn that a rule holds counts at once",
  async (stage) => {
    const { program } = stage;
    const { row } = await openRules(stage);
    await row("Holds").getByText("never yet").waitFor();
    const turned = program.post(turn("pay"));
    await row("Holds").getByText("took 1 turn").waitFor();
    const [held] = await eventually(
      "the held turn",
      () => program.exchanges("is:held"),
      (all) => all.length === 1,
    );
    await program.api("POST", `/exchanges/${held.id}/release`);
    await turned;
  },
  {
    given: (program) =>
      program.api("POST", "/rules", { version: 1, name: "Holds", when: asks("pay"), then: { hold: { seconds: 600 } } }),
  },
);

claim(
  "rules are listed by event by a key, and move within their event",
  async (stage) => {
    const { page, program } = stage;
    const { list, row } = await openRules(stage);
    await page.keyboard.press("g");
    const pays = list.getByRole("rowgroup", { name: "pay", exact: true });
    await pays.waitFor();
    assert.equal(await pays.getByRole("row").count(), 2);
    await list.getByRole("rowgroup", { name: "Several events" }).waitFor();
    await row("Later").click();
    await page.keyboard.press("Alt+ArrowUp");
    await eventually(
      "the order",
      () => names(program),
      (all) => all.join() === "Later,Pay,Start,Everything",
    );
    await page.keyboard.press("ArrowDown");
    await page.getByRole("heading", { level: 1, name: "Pay" }).waitFor();
    await page.keyboard.press("g");
    await pays.waitFor({ state: "detached" });
  },
  {
    given: async (program) => {
      await three(program);
      await program.api("POST", "/rules", rule("Later", { all: [asks("pay")] }, "{}"));
    },
  },
);

claim(
  "the seed of a chance is shown and set where the chance is",
  async (stage) => {
    const { page, program } = stage;
    const { row } = await openRules(stage);
    await row("Chance").click();
    const seed = page.getByRole("textbox", { name: "Seed of the bot" });
    const [{ seed: before }] = (await program.api("GET", "/bots")).bots;
    assert.equal(await seed.inputValue(), String(before));
    await seed.fill("-1");
    await page.getByText("A whole number from 0 to").waitFor();
    await seed.fill("7");
    await page.keyboard.press("Enter");
    await eventually(
      "the seed",
      () => program.api("GET", "/bots"),
      ({ bots: [bot] }) => bot.seed === 7,
    );
  },
  { given: (program) => program.api("POST", "/rules", rule("Chance", { chance: 0.5 }, "{}")) },
);

claim(
  "a call that a rule makes tells who answered it, and leads to its turn",
  async (stage) => {
    const { see } = stage;
    await see.choose(/POST \/after/);
    await see.answer.getByText(/^Could not be sent to 127\.0\.0\.1:9$/).waitFor();
    await see.detail.getByRole("button", { name: "Go to the turn that this call followed" }).click();
    await see.heading("pay");
  },
  {
    given: async (program) => {
      const after = [{ method: "POST", url: "http://127.0.0.1:9/after", body: "{}" }];
      const { then, ...rest } = rule("Calls", { all: [] }, "{}");
      await program.api("POST", "/rules", { ...rest, then: { ...then, after } });
      await program.post(turn("pay"));
      await eventually(
        "the call",
        () => program.exchanges("source:callback"),
        (all) => all.length === 1 && all[0].state === "failed",
      );
    },
  },
);
