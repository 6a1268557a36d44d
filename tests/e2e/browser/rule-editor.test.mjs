/**
 * A rule is written: by keys, as a form and as JSON, tried on the history, refused, kept, saved.
 */
import assert from "node:assert/strict";

import { claim } from "../lib/claim.mjs";
import { fieldsOf, openRule, pay, rulesOf, textOf, tried } from "../lib/rules.mjs";
import { turn } from "../lib/turns.mjs";
import { eventually } from "../lib/wait.mjs";

/** @typedef {import("../lib/program.mjs").Program} Program */
/** @typedef {import("../lib/claim.mjs").Stage} Stage */

/** @param {Program} program */
const threeTurns = async (program) => {
  for (const user of ["70", "71", "72"]) await program.post(turn("pay", { user }));
};

claim(
  "a rule is made by keys alone, tried while it is written, and answers once it is saved",
  async (stage) => {
    const { page, program, see } = stage;
    await page.keyboard.press("Control+2");
    await page.getByText("So far the default answer answers everything").waitFor();
    await page.keyboard.press("n");
    const { name, value } = fieldsOf(stage);
    await see.type(name, "Paid");
    for (let step = 0; step < 6; step += 1) await page.keyboard.press("Tab");
    await see.type(value, "pay");
    await page.getByText("Matches 3 of the last 3").waitFor();
    await page.getByText("Would change 0 of the last 3 answers").first().waitFor();
    await page.keyboard.press("Control+Enter");
    await page.getByRole("row", { name: /^1\. Paid\. never yet/ }).waitFor();
    await page.getByRole("log").getByText("The rule is saved").waitFor({ state: "attached" });
    await program.post(turn("pay"));
    const [latest] = await program.exchanges();
    assert.equal(latest.answered_by, "rule");
    await page.getByText("took 1 turn").first().waitFor();
  },
  { given: threeTurns },
);

claim(
  "each condition says how it came out for the selected turn, with the answer that it would get",
  async (stage) => {
    const { page, see } = stage;
    await see.choose("start");
    await openRule(stage, "Pay");
    const judged = (/** @type {number} */ value) =>
      page.getByRole("listitem", { name: `Condition ${value}`, exact: true });
    await judged(1).getByText("does not hold:").waitFor({ state: "attached" });
    await judged(1).getByText('"start"').waitFor();
    await judged(2).getByText("12.50").waitFor();
    const answer = page.getByRole("region", { name: /^Answer to the turn .* start$/ });
    await answer.getByText('{"total": 12.50}').waitFor();
    await answer.getByText("The turn does not match").waitFor();
    const causes = page.getByRole("list", { name: "Why the other turns do not match" });
    await causes.getByText("“event is pay” does not hold").waitFor();
    // What is typed is tried on the same turn.
    await fieldsOf(stage).value.fill("start");
    await judged(1).getByText("holds:", { exact: true }).waitFor({ state: "attached" });
    await answer.getByText("The turn does not match").waitFor({ state: "detached" });
  },
  {
    given: async (program) => {
      const when = {
        all: [
          { field: "event", op: "equals", value: "pay" },
          { field: "var:total", op: "less", value: 100 },
        ],
      };
      const body = '{"total": {{ vars.total }}}';
      await program.api("POST", "/rules", pay({ reply: { body, template: true } }, { when }));
      await program.post(turn("start", { more: '"total": 12.50' }));
    },
  },
);

claim(
  "what a draft would change is listed, variable by variable, and leads to the turn",
  async (stage) => {
    const { page, see } = stage;
    await openRule(stage, "Pay");
    const { body } = fieldsOf(stage);
    await body.click();
    await see.focused(body);
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText('{"paid": true, "n": 2}');
    const changes = page.getByRole("list", { name: "Tried on the history" });
    await changes.getByRole("listitem").first().getByText("paid").waitFor();
    assert.equal(await changes.getByRole("listitem").count(), 3);
    await page.getByText("Would change 3 of the last 3 answers").first().waitFor();
    await changes.getByRole("button").first().click();
    await see.heading("pay");
  },
  {
    given: async (program) => {
      await program.api("POST", "/rules", pay({ reply: { body: '{"paid": false, "n": 2.0}' } }));
      await threeTurns(program);
    },
  },
);

claim(
  "what the program refuses stands at its field and line, and is not saved",
  async (stage) => {
    const { page, program, see } = stage;
    await openRule(stage, "Pay");
    const { body, save } = fieldsOf(stage);
    const status = page.getByRole("textbox", { name: "Status" });
    await status.fill("99");
    const form = page.getByRole("region", { name: "Then" });
    await form.getByRole("alert").waitFor();
    assert.equal(await status.getAttribute("aria-invalid"), "true");
    assert.ok(await save.isDisabled());
    await status.fill("201");
    await form.getByRole("alert").waitFor({ state: "detached" });
    await page.getByRole("checkbox", { name: "template" }).first().check();
    await body.click();
    await see.focused(body);
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText('{\n  "n": {{ vars.n + }}\n}');
    await form.getByRole("alert").waitFor();
    await page.locator(".cm-lintRange-error").waitFor();
    assert.ok(await save.isDisabled());
    assert.equal((await rulesOf(program))[0].then.reply.status, 200);
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText('{"n": {{ vars.n }} }');
    await form.getByRole("alert").waitFor({ state: "detached" });
    await page.keyboard.press("Control+Enter");
    const saved = await eventually(
      "the saved rule",
      () => rulesOf(program),
      ([one]) => one.then.reply.status === 201,
    );
    assert.equal(saved[0].then.reply.template, true);
  },
  { given: (program) => program.api("POST", "/rules", pay({ reply: { body: "{}" } })) },
);

claim(
  "what the form cannot show is untouched by saving, and no digit of it is lost",
  async (stage) => {
    const { page, program } = stage;
    await openRule(stage, "Deep");
    await page.getByText("edited as JSON").waitFor();
    const { name, save, view } = fieldsOf(stage);
    await name.fill("Deeper");
    await view("JSON").click();
    await page.getByRole("textbox", { name: "The rule as JSON" }).getByText("9007199254740993").waitFor();
    await view("Form").click();
    await page.getByText("edited as JSON").waitFor();
    assert.equal(await name.inputValue(), "Deeper");
    await save.click();
    await eventually(
      "the saved name",
      () => rulesOf(program),
      ([one]) => one.name === "Deeper",
    );
    const text = await textOf(program);
    assert.ok(text.includes(DEEP), text);
    assert.ok(text.includes('"group":"shop"'));
  },
  {
    given: async (program) => {
      const headers = { authorization: `Bearer ${program.token}`, "content-type": "application/json" };
      const body = `{"version":1,"name":"Deep","group":"shop","when":{"all":[${DEEP}]},"then":{"reply":{"body":"{}"}}}`;
      const answer = await fetch(`${program.control}/api/v1/rules`, { method: "POST", headers, body });
      assert.equal(answer.status, 201);
    },
  },
);
const DEEP =
  '{"any":[{"field":"var:id","op":"equals","value":9007199254740993},{"all":[{"field":"user","op":"present"}]}]}';

claim(
  "what is written as JSON and has no field stays in the JSON, which marks what is refused",
  async (stage) => {
    const { page, see } = stage;
    await openRule(stage, "Pay");
    const { save, view } = fieldsOf(stage);
    await view("JSON").click();
    const text = page.getByRole("textbox", { name: "The rule as JSON" });
    await text.click();
    await see.focused(text);
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText('{"version": 1, "name": "Pay", "colour": 1, "then": {"reply": {}}}');
    await page.locator(".cm-lintRange-error").waitFor();
    assert.ok(await save.isDisabled());
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText('{"version": 1, "name": Pay}');
    assert.equal(await page.locator(".cm-lintRange-error").getByText("Pay").textContent(), "Pay");
    assert.ok(await save.isDisabled());
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText('{"version": 1, "name": "Pay", "colour": 1, "then": {"reply": {}}}');
    await view("Form").click();
    await page.getByText("The form would not show all of it").waitFor();
    assert.match(await see.text(text), /"colour": 1/);
  },
  { given: (program) => program.api("POST", "/rules", pay({ reply: { body: "{}" } })) },
);

claim(
  "what is not saved outlasts another place and a restart, is said, and its discarding is undone",
  async (stage) => {
    const { page, program, see } = stage;
    await openRule(stage, "Pay");
    const { name } = fieldsOf(stage);
    await name.fill("Payment");
    const row = page.getByRole("row", { name: /^1\. Pay\. .*not saved/ });
    await row.waitFor();
    await page.keyboard.press("Control+1");
    await see.filter.waitFor();
    await page.keyboard.press("Control+2");
    assert.equal(await name.inputValue(), "Payment");
    await stage.open();
    await page.keyboard.press("Control+2");
    await row.click();
    await page.getByRole("heading", { level: 1, name: "Payment" }).waitFor();
    await page.getByRole("button", { name: "Discard the edits" }).click();
    await see.messages.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("heading", { level: 1, name: "Payment" }).waitFor();
    assert.equal((await rulesOf(program))[0].name, "Pay");
  },
  { given: (program) => program.api("POST", "/rules", pay({ reply: { body: "{}" } })) },
);

claim(
  "a rule that was switched or saved elsewhere keeps what is being written",
  async (stage) => {
    const { page, program } = stage;
    await openRule(stage, "Pay");
    const { name } = fieldsOf(stage);
    await name.fill("Mine");
    const [{ id }] = await rulesOf(program);
    await program.api("PUT", `/rules/${id}`, pay({ reply: { body: "{}" } }, { enabled: false }));
    await page.getByRole("row", { name: /^1\. Pay\. off/ }).waitFor();
    assert.equal(await name.inputValue(), "Mine");
    await program.api("PUT", `/rules/${id}`, pay({ reply: { body: "{}" } }, { name: "Theirs" }));
    await page.getByText("This rule was saved elsewhere meanwhile.").waitFor();
    assert.equal(await name.inputValue(), "Mine");
    await page.getByRole("button", { name: "Take what is saved" }).click();
    await page.getByRole("heading", { level: 1, name: "Theirs" }).waitFor();
    assert.equal(await name.inputValue(), "Theirs");
  },
  { given: (program) => program.api("POST", "/rules", pay({ reply: { body: "{}" } })) },
);

/** What each action's form sends. */
const ACTIONS = [
  {
    action: "In turn",
    fill: async (/** @type {Stage["page"]} */ page) => {
      await page.getByRole("button", { name: "Reply 2", exact: true }).click();
      await page.getByRole("radio", { name: "next rule" }).click();
    },
    then: (/** @type {any} */ { sequence }) => [sequence.replies.length, sequence.end],
    is: [2, "pass"],
  },
  {
    action: "Hold",
    fill: async (/** @type {Stage["page"]} */ page) => {
      await page.getByRole("button", { name: "15 s", exact: true }).click();
      await page.getByRole("combobox", { name: "If I am late" }).selectOption("last");
    },
    then: (/** @type {any} */ { hold }) => [hold.seconds, hold.fallback],
    is: [15, "last"],
  },
  {
    action: "Forward",
    fill: async (/** @type {Stage["page"]} */ page) => {
      await page.getByRole("combobox", { name: "To", exact: true }).fill("http://127.0.0.1:9");
      await page.getByRole("checkbox", { name: "show me before it goes out" }).check();
      await page.getByRole("checkbox", { name: "correct the server's answer" }).check();
      await page.getByRole("textbox", { name: "Variable, correction 1" }).fill("total");
      await page.getByRole("textbox", { name: "JSON value, correction 1" }).fill("1290.00");
      await tried(page);
      await page.getByRole("button", { name: "remove", exact: true }).click();
      await page.getByRole("textbox", { name: "Variable, correction 2" }).fill("debug");
    },
    then: (/** @type {any} */ { forward: { hold, patch, upstream } }) => [upstream, hold, patch.set, patch.remove],
    is: ["http://127.0.0.1:9", true, { total: "1290.00" }, ["debug"]],
  },
  {
    action: "Fault",
    fill: (/** @type {Stage["page"]} */ page) => page.getByRole("radio", { name: "half" }).check(),
    then: (/** @type {any} */ { fault }) => [fault.kind],
    is: ["truncate"],
  },
];
for (const { action, fill, is, then } of ACTIONS) {
  claim(
    `a rule's action is chosen and filled in: ${action}`,
    async (stage) => {
      const { page, program } = stage;
      await openRule(stage, "Pay");
      const { save } = fieldsOf(stage);
      await page.getByRole("radio", { name: action, exact: true }).click();
      await fill(page);
      await page.getByRole("button", { name: "Call an address" }).click();
      await page.getByRole("textbox", { name: "Address, call 1" }).fill("http://127.0.0.1:9/after");
      await tried(page);
      await page.getByRole("radio", { name: "all together" }).click();
      await tried(page);
      await save.click();
      const [rule] = await eventually(
        "the saved rule",
        () => rulesOf(program),
        ([one]) => one.scope === "rule",
      );
      assert.deepEqual(then(rule.then), is);
      assert.equal(rule.then.after[0].url, "http://127.0.0.1:9/after");
      await page.getByText("not saved").first().waitFor({ state: "detached" });
    },
    { given: (program) => program.api("POST", "/rules", pay({ reply: { body: "{}" } })) },
  );
}

claim(
  "what is refused is told in the reader's language, also after that has changed",
  async (stage) => {
    const { page, program } = stage;
    await openRule(stage, "Pay");
    await page.getByRole("textbox", { name: "Status" }).fill("99");
    const alert = page.getByRole("region", { name: "Then" }).getByRole("alert");
    await alert.getByText("a whole number from 200 to 599").waitFor();
    await program.api("PATCH", "/settings", { language: "ru" });
    await page
      .getByRole("region", { name: "То", exact: true })
      .getByText(/целое число от 200 до 599/)
      .waitFor();
  },
  { given: (program) => program.api("POST", "/rules", pay({ reply: { body: "{}" } })) },
);
