/** A rule out of a turn: by a variable, by its answer; and why a turn was answered so. */
import assert from "node:assert/strict";

import { claim } from "../lib/claim.mjs";
import { turn } from "../lib/turns.mjs";

/** @typedef {import("../lib/program.mjs").Program} Program */
/** @typedef {import("../lib/claim.mjs").Stage} Stage */

/** A rule for an event. @param {string} name */
const pay = (name, /** @type {object} */ when = { field: "event", op: "equals", value: "pay" }) => ({
  version: 1,
  name,
  when,
  then: { reply: { body: "{}" } },
});

/** @param {Stage} stage */
const fieldsOf = ({ page }) => ({
  name: page.getByRole("textbox", { name: "Name", exact: true }),
  value: page.getByRole("textbox", { name: "Compared with, condition 1" }),
  body: page.getByRole("textbox", { name: "Body of the answer" }),
  save: page.getByRole("button", { name: /^Save/ }),
});

/** Rules as text: their digits are more than a number holds. @param {Program} program */
async function textOf(program) {
  const headers = { authorization: `Bearer ${program.token}` };
  return (await fetch(`${program.control}/api/v1/rules`, { headers })).text();
}

/** @param {string} user @param {string} city */
const from = (user, city) =>
  turn("pay", { user, more: `"city": "${city}", "vip": true, "bigId": 9007199254740993, "gift": {"size": null}` });

claim(
  "a variable of a turn becomes a condition beside the turn's event, and a second one joins it",
  async (stage) => {
    const { page, program, see } = stage;
    await see.choose("pay");
    const fromValue = async (/** @type {string} */ name) => {
      await see.variables.getByRole("button", { name: `What to do with ${name}`, exact: true }).click();
      await page.getByRole("menuitem", { name: "Rule from this value" }).click();
    };
    await fromValue("city");
    const { name, value } = fieldsOf(stage);
    await see.focused(name);
    assert.equal(await value.inputValue(), "pay");
    assert.equal(await page.getByRole("combobox", { name: "Its name, condition 2" }).inputValue(), "city");
    await page.keyboard.press("Control+1");
    await see.heading("pay");
    await fromValue("bigId");
    const third = page.getByRole("textbox", { name: "Compared with, condition 3" });
    await third.waitFor();
    assert.equal(await third.inputValue(), "9007199254740993");
    await page.getByText("Matches 1 of the last 2").waitFor();
    await page.getByRole("button", { name: /^Condition on vip/ }).click();
    await page.getByRole("combobox", { name: "Its name, condition 4" }).waitFor();
    await name.fill("City");
    await page.keyboard.press("Control+Enter");
    await page.getByRole("row", { name: /^1\. City\./ }).waitFor();
    const text = await textOf(program);
    assert.match(text, /"field":"var:bigId","op":"equals","value":9007199254740993/);
    assert.match(text, /"field":"var:vip","op":"equals","value":true/);
  },
  {
    given: async (program) => {
      await program.post(from("70", "Самара"));
      await program.post(from("71", "Казань"));
    },
  },
);

claim(
  "an answer by hand becomes a rule on top: for its event and what was different, with that answer",
  async (stage) => {
    const { page, program, see } = stage;
    const answered = program.post(from("72", "Казань"));
    await page.getByText("Waiting for an answer").first().waitFor();
    await see.choose("pay");
    await see.write('{"paid": 1290.00}');
    await see.answerButton(/^Send/).click();
    assert.equal((await answered).text, '{"paid": 1290.00}');
    await see.answerButton(/^Always answer so/).click();
    const { body, name, save, value } = fieldsOf(stage);
    await see.focused(name);
    assert.equal(await name.inputValue(), "pay");
    assert.equal(await value.inputValue(), "pay");
    assert.equal(await page.getByRole("textbox", { name: "Compared with, condition 2" }).inputValue(), "Казань");
    assert.equal(await page.getByRole("combobox", { name: "Its name, condition 3" }).count(), 0);
    await body.getByText("1290.00").waitFor();
    await save.click();
    await page.getByRole("row", { name: /^1\. pay\./ }).waitFor();
    await page.getByRole("row", { name: /^2\. Old\./ }).waitFor();
    await program.answering({ mode: "rules" });
    assert.equal((await program.post(from("73", "Казань"))).text, '{"paid": 1290.00}');
    assert.equal((await program.post(from("73", "Самара"))).text, "{}");
  },
  {
    given: async (program) => {
      await program.post(from("70", "Самара"));
      await program.post(from("71", "Самара"));
      await program.api("POST", "/rules", pay("Old"));
      await program.hold(600);
    },
  },
);

claim(
  "why a turn was answered so is told by keys: the rule, and which condition of the others failed",
  async (stage) => {
    const { page, see } = stage;
    await see.choose("pay");
    await see.answer.getByText("Taken by the rule").waitFor();
    await page.keyboard.press("w");
    const why = page.getByRole("dialog", { name: "Why this answer" });
    const rules = why.getByRole("list", { name: "Why this answer" });
    const first = rules.getByRole("listitem").filter({ hasText: "1. Kazan" }).first();
    await first.getByText("does not fit").waitFor();
    const conditions = first.getByRole("list").getByRole("listitem");
    await conditions.filter({ hasText: "event is pay" }).getByText("holds:", { exact: true }).waitFor();
    const failed = conditions.filter({ hasText: "city is Казань" });
    await failed.getByText("does not hold:").waitFor();
    await failed.getByText('"Самара"').waitFor();
    await conditions.filter({ hasText: "bigId is 1" }).getByText("not looked at:").waitFor();
    const failedOf = (/** @type {string} */ name) =>
      rules.getByRole("listitem").filter({ hasText: name }).first().getByRole("list").locator(".failed");
    await failedOf("3. Third call").getByText("this was call 1").waitFor();
    await failedOf("4. Null").getByText("there was").waitFor();
    await failedOf("4. Null").getByText("null", { exact: true }).waitFor();
    await failedOf("5. Missing").getByText("it was absent").waitFor();
    await rules.getByText("One of these is enough:").waitFor();
    await rules.getByRole("listitem").filter({ hasText: "2. Rest" }).getByText("took the turn").waitFor();
    await page.keyboard.press("Escape");
    await why.waitFor({ state: "detached" });
    await see.answer.getByRole("button", { name: "Rest" }).click();
    await page.getByRole("heading", { level: 1, name: "Rest" }).waitFor();
  },
  {
    given: async (program) => {
      const kazan = [
        { field: "event", op: "equals", value: "pay" },
        { field: "var:city", op: "equals", value: "Казань" },
        { field: "var:bigId", op: "equals", value: 1 },
      ];
      await program.api("POST", "/rules", pay("Kazan", { all: kazan }));
      await program.api("POST", "/rules", pay("Rest", { all: [] }));
      const third = { field: "call", op: "equals", value: 3 };
      await program.api("POST", "/rules", pay("Third call", third));
      await program.api("POST", "/rules", pay("Null", { field: "var:gift.size", op: "equals", value: 1 }));
      const missing = { field: "var:gift.colour", op: "present" };
      await program.api("POST", "/rules", pay("Missing", { any: [missing, missing] }));
      await program.post(from("70", "Самара"));
    },
  },
);

claim(
  "a turn that a rule met with a fault has no answer to begin a rule with, which is said",
  async (stage) => {
    const { page, see } = stage;
    await see.choose("pay");
    await page.keyboard.press("m");
    await see.toast("A rule met this turn with a fault.");
    assert.equal(await page.getByRole("grid", { name: "Rules in their order" }).count(), 0);
  },
  {
    given: async (program) => {
      const fault = { fault: { kind: "close" } };
      await program.api("POST", "/rules", { ...pay("Broken"), then: fault });
      await assert.rejects(program.post(from("70", "Самара")));
    },
  },
);
