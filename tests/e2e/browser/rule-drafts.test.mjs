/** Drafts of rules: of two pages, of a rule deleted elsewhere, discarded; and keys in the form. */
import assert from "node:assert/strict";

import { claim } from "../lib/claim.mjs";
import { fieldsOf, openRule, pay, rulesOf, tried } from "../lib/rules.mjs";
import { eventually } from "../lib/wait.mjs";

/** @typedef {import("../lib/claim.mjs").Stage} Stage */

claim(
  "a rule deleted elsewhere keeps what is being written, which is saved as a new rule",
  async (stage) => {
    const { page, program } = stage;
    await openRule(stage, "Pay");
    const { name } = fieldsOf(stage);
    await name.fill("Mine");
    const [{ id }] = await rulesOf(program);
    await program.api("DELETE", `/rules/${id}`);
    await page.getByText("This rule was deleted elsewhere.").waitFor();
    const row = page.getByRole("row", { name: "Mine. deleted, edits kept" });
    await row.waitFor();
    await stage.open();
    await page.keyboard.press("Control+2");
    await row.click();
    assert.equal(await name.inputValue(), "Mine");
    await page.getByRole("button", { name: "Save as a new rule" }).click();
    await page.getByRole("row", { name: /^1\. Mine\. never yet/ }).waitFor();
    await page.getByText("This rule was deleted elsewhere.").waitFor({ state: "detached" });
    assert.deepEqual(
      (await rulesOf(program)).map((/** @type {{ name: string }} */ one) => one.name),
      ["Mine"],
    );
  },
  { given: (program) => program.api("POST", "/rules", pay({ reply: { body: "{}" } })) },
);

claim("new rules that two pages write stand beside each other in both", async (stage) => {
  const { page, program, see } = stage;
  const other = await page.context().newPage();
  await other.goto(program.ui);
  const field = (/** @type {Stage["page"]} */ one) => one.getByRole("textbox", { name: "Name", exact: true });
  await page.bringToFront();
  await page.keyboard.press("Control+2");
  await page.keyboard.press("n");
  await see.type(field(page), "One");
  await other.bringToFront();
  await other.getByText(/version \S/).waitFor();
  await other.keyboard.press("Control+2");
  await other.getByRole("row", { name: "One. not saved" }).waitFor();
  await other.keyboard.press("n");
  await field(other).and(other.locator(":focus")).waitFor();
  await other.keyboard.type("Other");
  await page.bringToFront();
  await page.getByRole("row", { name: "Other. not saved" }).waitFor();
  assert.equal(await field(page).inputValue(), "One");
  await other.close();
});

claim("what was discarded comes back beside a rule that was begun since then", async (stage) => {
  const { page, see } = stage;
  await page.keyboard.press("Control+2");
  const { name } = fieldsOf(stage);
  await page.keyboard.press("n");
  await see.type(name, "First");
  await page.getByRole("button", { name: "Discard the draft" }).click();
  await page.keyboard.press("n");
  await see.type(name, "Second");
  await see.messages.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("heading", { level: 1, name: "First" }).waitFor();
  await page.getByRole("row", { name: "Second. not saved" }).waitFor();
});

claim(
  "a removed row leaves the focus in the list of rows, where no key is the rule's",
  async (stage) => {
    const { page, program, see } = stage;
    await openRule(stage, "Pay");
    const remove = (/** @type {number} */ value) => page.getByRole("button", { name: `Remove condition ${value}` });
    await remove(2).focus();
    await page.keyboard.press("Space");
    await remove(2).and(page.locator(":focus")).waitFor();
    assert.equal(await page.getByRole("textbox", { name: "Compared with, condition 2" }).inputValue(), "3");
    await page.keyboard.press("Space");
    await see.focused(remove(1));
    await page.keyboard.press("Delete");
    await page.keyboard.press("Space");
    await see.focused(page.getByRole("button", { name: "Condition", exact: true }));
    await tried(page);
    const [rule] = await rulesOf(program);
    assert.deepEqual([rule.name, rule.enabled], ["Pay", true]);
  },
  {
    given: (program) => {
      const all = ["1", "2", "3"].map((value) => ({ field: "event", op: "equals", value }));
      return program.api("POST", "/rules", pay({ reply: { body: "{}" } }, { when: { all } }));
    },
  },
);

claim(
  "Escape and Tab lead out of a text to the next field, Escape twice to the list",
  async (stage) => {
    const { page, see } = stage;
    await openRule(stage, "Pay");
    const { body } = fieldsOf(stage);
    await body.click();
    await see.focused(body);
    await page.keyboard.press("Tab");
    await see.focused(body);
    await page.keyboard.press("Escape");
    await page.getByRole("log").getByText("Tab goes to the next field").waitFor({ state: "attached" });
    await page.keyboard.press("Tab");
    await see.focused(page.getByRole("radio", { name: "per user" }));
    await page.keyboard.press("Shift+Tab");
    await see.focused(body);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await see.focused(page.getByRole("grid", { name: "Rules in their order" }));
  },
  { given: (program) => program.api("POST", "/rules", pay({ reply: { body: "{}" } })) },
);

claim(
  "an answer without Content-Type is said, and headers of a call after it are edited",
  async (stage) => {
    const { page, program, see } = stage;
    await openRule(stage, "Pay");
    const { save } = fieldsOf(stage);
    await page.getByText("There is no Content-Type among the headers").waitFor();
    await page.getByRole("button", { name: "Call an address" }).click();
    const call = page.getByRole("group", { name: "Call 1" });
    await call.getByRole("textbox", { name: "Address, call 1" }).fill("http://127.0.0.1:9/after");
    await call.getByRole("button", { name: "Headers: 1" }).click();
    await call.getByRole("button", { name: "Add a header" }).click();
    await call.getByRole("textbox", { name: "Header name" }).last().fill("X-Token");
    await call.getByRole("textbox", { name: "Header value" }).last().fill("5");
    await call.getByRole("button", { name: "Remove the header Content-Type" }).click();
    await see.focused(call.getByRole("button", { name: "Remove the header X-Token" }));
    await tried(page);
    await save.click();
    const [rule] = await eventually(
      "the saved rule",
      () => rulesOf(program),
      ([one]) => one.then.after,
    );
    assert.deepEqual(rule.then.after[0].headers, [["X-Token", "5"]]);
  },
  { given: (program) => program.api("POST", "/rules", pay({ reply: { headers: [["X-A", "1"]], body: "{}" } })) },
);
