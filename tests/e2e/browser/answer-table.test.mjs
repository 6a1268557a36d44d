/** The answer written as a table of variables: the JSON follows, and the rest of it stays. */
import assert from "node:assert/strict";

import { claim } from "../lib/claim.mjs";
import { turn } from "../lib/turns.mjs";

const held = { given: (/** @type {import("../lib/program.mjs").Program} */ program) => program.hold() };
const WRITTEN = '{\n\t"big" : 9007199254740993,  "price":1.50,\n "title": "Пепперони",   "vip":false }\n';

claim(
  "a value, a type and a name are changed in the table, and every other byte of the answer stays",
  async ({ program, page, see }) => {
    const bot = program.post(turn("event1"));
    await see.choose("event1");
    await see.write(WRITTEN);
    await see.answerButton("Table").click();
    const table = see.answer.getByRole("group", { name: "Variables of the answer" });
    const field = (/** @type {string} */ name) => table.getByLabel(name, { exact: true });
    await field("Value: title").fill('Маргарита "30"');
    await field("Value: price").fill("1.5");
    await field("Type: vip").selectOption("Text");
    await field("Value: vip").fill("да");
    await see.value("title", "Bot will have", '"Маргарита \\"30\\""');
    await see.value("big", "Bot will have", "9007199254740993");
    await field("Value: price").fill("1,5");
    await table.getByText(/^No number yet/).waitFor();
    await field("Value: price").fill("12.50");
    await table.getByText(/^No number yet/).waitFor({ state: "hidden" });
    await page.keyboard.press("Control+Enter");
    const got = await bot;
    assert.equal(
      got.text,
      WRITTEN.replace("1.50", "12.50").replace('"Пепперони"', '"Маргарита \\"30\\""').replace("false", '"да"'),
    );
  },
  held,
);

claim(
  "a person who knows no JSON answers by keys alone: variables are added, removed and taken back",
  async ({ program, page, see }) => {
    const bot = program.post(turn("event1"));
    await see.choose("event1");
    await see.command("The answer as a table or as text");
    const added = see.answer.getByLabel("New variable", { exact: true });
    await see.type(added, "variable1");
    await page.keyboard.press("Enter");
    const value = see.answer.getByLabel("Value: variable1", { exact: true });
    await see.focused(value);
    assert.equal(await value.inputValue(), "50", "it begins with what the variable is now");
    await page.keyboard.type("51");
    await page.keyboard.press("Enter");
    await see.type(added, "greeting");
    await page.keyboard.press("Enter");
    await see.type(see.answer.getByLabel("Value: greeting", { exact: true }), "привет, p");
    await see.value("greeting", "Bot will have", '"привет, p"');
    await see.value("variable1", "Bot will have", "51");
    await see.answerButton("Remove variable1").press("Enter");
    await see.value("variable1", "Bot will have", "50");
    await page.keyboard.press("Control+z");
    await see.value("variable1", "Bot will have", "51");
    await page.keyboard.press("Escape");
    await see.focused(see.tree);
    await page.keyboard.press("a");
    await see.focused(value);
    await see.command("The answer as a table or as text");
    await see.focused(see.editor);
    await page.keyboard.press("Control+Enter");
    assert.equal((await bot).text, '{\n  "variable1": 51,\n  "greeting": "привет, p"\n}');
  },
  held,
);

claim(
  "where the text is no JSON the table says why and leads to the place; the choice of the table lasts",
  async ({ program, see, open }) => {
    const bot = program.post(turn("event1"));
    await see.choose("event1");
    await see.write('{"a": 1,\n "b": tru }');
    await see.answerButton("Table").click();
    await see.answer.getByText(/^The answer's text is not JSON/).waitFor();
    await see.answerButton("Go to the text").click();
    await see.focused(see.editor);
    await see.write('{"variable1": "50"}');
    await see.answerButton("Table").click();
    await see.findings.getByRole("button", { name: "line 1, column 2" }).click();
    await see.focused(see.editor);
    await see.write("[1]");
    await see.answerButton("Table").click();
    await see.answer.getByText(/^The answer is no object/).waitFor();
    await open();
    await see.answer.getByRole("group", { name: "Variables of the answer" }).waitFor();
    await see.answerButton(/^Send/).click();
    await bot;
  },
  held,
);
