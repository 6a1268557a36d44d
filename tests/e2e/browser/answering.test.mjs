/** A turn that waits for a person: edited, sent, prolonged, released, or too late. */
import assert from "node:assert/strict";

import { claim } from "../lib/claim.mjs";
import { ORDER, turn } from "../lib/turns.mjs";
import { eventually } from "../lib/wait.mjs";

/** @typedef {import("../lib/program.mjs").Program} Program */

const held = { given: (/** @type {Program} */ program) => program.hold() };
/**
 * Waits until the program holds so many.
 * @param {Program} program
 * @param {number} many
 */
const holding = (program, many) =>
  eventually(
    `${many} held`,
    () => program.exchanges("is:held"),
    (all) => all.length === many,
  );

claim(
  "a held turn is edited, and the bot gets exactly the bytes that were typed",
  async ({ program, page, see }) => {
    const bot = program.post(turn("event1"));
    await see.choose("event1");
    await see.value("variable1", "In", "50");
    const typed = '{\n\t"variable1" : 51.0,  "b":9007199254740993,"вид": "да" }\n';
    await see.write(typed);
    await see.value("variable1", "Bot will have", "51.0");
    await see.value("b", "Bot will have", "9007199254740993");
    await see.value("variable2", "Bot will have", '"значение"');
    await page.keyboard.press("Control+Enter");
    const got = await bot;
    assert.equal(got.text, typed);
    assert.equal(got.status, 200);
    await see.row("event1").getByText("by hand").waitFor();
    await see.answer.getByText("Answered by hand").waitFor();
    await see.value("b", "Bot has", "9007199254740993");
  },
  held,
);

claim(
  "an answer that is no JSON is found at its line and column, and goes out all the same",
  async ({ program, see }) => {
    const bot = program.post(turn("event1"));
    await see.choose("event1");
    await see.write('{"a": 1,\n "b": tru }');
    const place = see.findings.getByRole("button", { name: /^line 2, column \d+$/ });
    await place.waitFor();
    await see.variables.getByText("The bot will not accept this answer: the body is not JSON.").waitFor();
    await see.value("variable1", "Bot will have", "50");
    await place.click();
    assert.ok(await see.editor.evaluate((editor) => editor.contains(document.activeElement)), "the caret is there");
    await see.write('{"a": 1,\n "b": true }');
    await see.value("b", "Bot will have", "true");
    assert.equal(await see.findings.getByRole("button", { name: /^line/ }).count(), 0);
    await see.write('{"a": 1,');
    await see.findings.getByRole("button", { name: /^line/ }).waitFor();
    await see.answerButton(/^Send/).click();
    assert.equal((await bot).text, '{"a": 1,');
    await see.variables.getByText("The bot did not accept the answer: the body is not JSON.").waitFor();
    await see.answer.getByRole("list", { name: "Findings" }).getByRole("button", { name: /^line/ }).click();
    const body = see.answer.getByRole("textbox", { name: "Body" });
    await eventually("the place in the body", () => body.evaluate((one) => one === document.activeElement));
  },
  held,
);

claim(
  "what the bot will have follows every letter",
  async ({ program, page, see }) => {
    const bot = program.post(turn("event1"));
    await see.choose("event1");
    await see.write('{"variable1": 7}');
    await see.value("variable1", "Bot will have", "7");
    await see.variable("variable1").getByText("changes").waitFor();
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.type("5");
    await see.value("variable1", "Bot will have", "75");
    await page.keyboard.press("Backspace");
    await page.keyboard.press("Backspace");
    await page.keyboard.type("null");
    await see.value("variable1", "Bot will have", "null");
    await page.keyboard.press("Control+z");
    await page.keyboard.press("Control+Enter");
    await bot;
  },
  held,
);

claim(
  "status and headers of one's own go out with the answer",
  async ({ program, page, see }) => {
    const bot = program.post(turn("event1"));
    await see.choose("event1");
    await see.write('{"error": "busy"}');
    await see.answer.getByRole("textbox", { name: "Answer status" }).fill("503");
    await see.variables.getByText("The bot will not accept this answer: the status is not 200.").waitFor();
    await see.answerButton(/^Headers/).click();
    await see.answerButton("Add a header").click();
    await see.answer.getByRole("textbox", { name: "Header name" }).last().fill("X-Mine");
    await see.answer.getByRole("textbox", { name: "Header value" }).last().fill("yes");
    await page.keyboard.press("Control+Enter");
    const got = await bot;
    assert.equal(got.status, 503);
    assert.equal(got.headers.get("x-mine"), "yes");
    await see.row("event1").getByText("503").waitFor();
  },
  held,
);

claim("presets begin an answer, and one undo takes them back", async ({ program, page, see }) => {
  await program.answering({ mode: "rules" });
  await program.post(turn("event1"));
  await program.hold();
  const bot = program.post(turn("event1", { more: '"variable1": 1.50, "n": 9007199254740993' }));
  await see.row(/event1.*waits for an answer/s).click();
  const preset = async (/** @type {string} */ name) => {
    await see.answerButton("Presets").click();
    await page.getByRole("menuitem", { name }).click();
  };
  await see.write('{"first": 1}');
  await preset("User variables only");
  await eventually(
    "the echo",
    () => see.text(),
    (text) => /"variable1": 1\.50,\s+"n": 9007199254740993/.test(text),
  );
  await see.editor.click();
  await see.focused(see.editor);
  await page.keyboard.press("Control+z");
  await eventually(
    "the earlier text",
    () => see.text(),
    (text) => text === '{"first": 1}',
  );
  await preset("Last answer to this event");
  await eventually(
    "the last answer",
    () => see.text(),
    (text) => text === "{}",
  );
  await preset("Not JSON");
  await eventually(
    "the error page",
    () => see.text(),
    (text) => text.includes("502 Bad Gateway"),
  );
  await preset("Error 500");
  await see.answerButton(/^Send/).click();
  assert.equal((await bot).status, 500);
});

claim(
  "the countdown runs out, and the row says that the fallback answered",
  async ({ program, see }) => {
    const bot = program.post(turn("event1"));
    await see.choose("event1");
    await see.answer.getByRole("timer", { name: /waits for an answer, \d+ s left/ }).waitFor();
    await see.answer.getByText("until the fallback answer").waitFor();
    assert.equal((await bot).text, '{"fallback":1}');
    await see.row("event1").getByText("fallback").waitFor();
    await see.answer.getByText("The fallback went out").waitFor();
  },
  {
    given: (program) =>
      program.answering({
        mode: "hold",
        hold: { seconds: 20, fallback: "default" },
        default_answer: { status: 200, headers: [["Content-Type", "application/json"]], body: '{"fallback":1}' },
      }),
  },
);

claim(
  "thirty more seconds can be had, as often as needed",
  async ({ program, see }) => {
    const bot = program.post(turn("event1"));
    await see.choose("event1");
    const [before] = await holding(program, 1);
    await see.answerButton("+30 s").click();
    await eventually(
      "a later deadline",
      () => program.exchanges("is:held"),
      // The clock that holds is not the one that is shown: a millisecond is lost between them.
      ([now]) => Math.abs(Date.parse(now.deadline) - Date.parse(before.deadline) - 30_000) < 5,
    );
    await see.answer.getByRole("timer", { name: /, [3-5]\d s left/ }).waitFor();
    await see.answerButton("Release").click();
    assert.equal((await bot).text, "{}");
    await see.row("event1").getByText("fallback").waitFor();
  },
  { given: (program) => program.hold(29) },
);

claim(
  "all held turns are answered with the fallback at one key",
  async ({ program, page, see }) => {
    const bots = ["one", "two", "three"].map((event) => program.post(turn(event)));
    await see.counted("3 held");
    await see.row("one").click();
    await page.keyboard.press("Shift+A");
    await see.toast("3 turns released");
    for (const got of await Promise.all(bots)) assert.equal(got.text, "{}");
  },
  held,
);

claim(
  "a caller that leaves is reported within a second or two, and the draft is kept",
  async ({ program, page, see }) => {
    const leaving = new AbortController();
    const bot = program.post(turn("event1"), { signal: leaving.signal }).catch(() => "left");
    await see.choose("event1");
    await see.write('{"kept": "draft"}');
    leaving.abort();
    assert.equal(await bot, "left");
    await see
      .row("event1")
      .getByText(/left after/)
      .waitFor();
    await see.answer.getByRole("alert").getByText("The caller left at").waitFor();
    await see.answer.getByText('"draft"').waitFor();
    await page.keyboard.press("Escape");
    await see.answer.getByText("The bot left before the answer").waitFor();
    await see.answer.getByText('"draft"').waitFor();
  },
  held,
);

claim(
  "letters typed when a hold ends run no command: the editor stays, read-only, until it is left",
  async ({ program, page, see }) => {
    const bots = ["one", "two"].map((event) => program.post(turn(event)));
    await see.counted("2 held");
    await see.choose("one");
    await see.write('{"mine": 1}');
    const [one] = await program.exchanges("is:held event:one");
    await program.api("POST", `/exchanges/${one.id}/release`, {});
    await bots[0];
    const said = see.answer.getByRole("alert");
    await said.getByText(/^The fallback went out at \d\d:\d\d:\d\d\. Your draft is kept\.$/).waitFor();
    const isFocused = () => see.editor.evaluate((editor) => editor.contains(document.activeElement));
    assert.ok(await isFocused(), "the focus stays");
    await page.keyboard.type("gsrpae1dnh");
    await page.keyboard.press("Delete");
    await page.keyboard.press("Control+Enter");
    assert.equal(await see.text(), '{"mine": 1}', "the draft is read-only");
    assert.ok(await isFocused());
    await see.heading("one");
    assert.equal(await page.getByRole("dialog").count(), 0);
    assert.equal((await program.exchanges()).length, 2, "nothing was sent or replayed");
    assert.equal((await program.api("GET", "/answering")).mode, "hold");
    await page.keyboard.press("Escape");
    await see.answer.getByText("The fallback went out").waitFor();
    await see.answer.getByText('"mine"').waitFor();
    assert.ok(await see.tree.evaluate((tree) => tree === document.activeElement), "the focus is in the list");
    await page.keyboard.press("h");
    await see.heading("two");
    await see.answerButton("Release").click();
    await bots[1];
  },
  held,
);

claim(
  "Escape leaves the editor for the list, and after sending the next held turn is offered",
  async ({ program, page, see }) => {
    const bots = ["one", "two"].map((event) => program.post(turn(event)));
    await see.counted("2 held");
    await see.choose("one");
    await see.write('{"a": 1}');
    await see.value("a", "Bot will have", "1");
    await see.answer.getByText("to the list").waitFor();
    const inList = () => see.tree.evaluate((tree) => tree === document.activeElement);
    await page.keyboard.press("Escape");
    await eventually("the focus in the list", inList);
    await see.heading("one");
    await page.keyboard.press("a");
    await see.focused(see.editor);
    await page.keyboard.press("Control+Enter");
    assert.equal((await bots[0]).text, '{"a": 1}');
    await eventually("the focus in the list", inList);
    await see.heading("one");
    await see.answerButton(/^Next one/).click();
    await see.heading("two");
    await see.focused(see.editor);
    await page.keyboard.press("Control+Enter");
    await bots[1];
    await see.answerButton(/^Next one/).waitFor({ state: "detached" });
  },
  held,
);

claim(
  "held turns stand above the list whatever it is filtered or scrolled to",
  async ({ program, page, see }) => {
    const bot = program.post(turn("waits"));
    const section = page.getByRole("group", { name: "Waiting for an answer" });
    await section.getByText("waits").first().waitFor();
    await see.filter.fill("event:other");
    await page.getByText("waits").first().waitFor();
    await see.row("waits").click();
    await see.heading("waits");
    await see.answerButton("Release").click();
    await bot;
    await section.waitFor({ state: "detached" });
    await page.getByText("Nothing matches this filter.").waitFor();
    await see.filter.fill("");
    await see.row("waits").getByText("fallback").waitFor();
  },
  held,
);

claim(
  "an answer by another hand wins once, and one's own text is not lost",
  async ({ program, page, see }) => {
    const bot = program.post(turn("event1"));
    await see.choose("event1");
    await see.write('{"mine": 1}');
    const [exchange] = await holding(program, 1);
    await program.api("POST", `/exchanges/${exchange.id}/answer`, { status: 200, body: '{"other":1}' });
    assert.equal((await bot).text, '{"other":1}');
    await see.answer.getByRole("alert").getByText("Another answer went out at").waitFor();
    await see.answer.getByText('"mine"').waitFor();
    await page.keyboard.press("Escape");
    await see.answer.getByText("Answered by hand").waitFor();
    await see.answer.getByText('"mine"').waitFor();
    await see.answer.getByRole("radio", { name: "As sent" }).click();
    await see.answer.getByText('"other"').waitFor();
  },
  held,
);

claim(
  "a draft waits while another turn is looked at, its undo included",
  async ({ program, page, see }) => {
    const bots = [program.post(turn("one")), program.post(turn("two"))];
    await see.counted("2 held");
    await see.choose("one");
    await see.write('{"a": 1}');
    await see.write('{"a": 2}');
    await see.choose("two");
    await eventually(
      "another text",
      () => see.text(),
      (text) => text === "{}",
    );
    await see.choose("one");
    await eventually(
      "the draft",
      () => see.text(),
      (text) => text === '{"a": 2}',
    );
    await see.editor.click();
    await see.focused(see.editor);
    await page.keyboard.press("Control+z");
    await eventually(
      "the text before",
      () => see.text(),
      (text) => text === '{"a": 1}',
    );
    await page.keyboard.press("Control+Enter");
    assert.equal((await bots[0]).text, '{"a": 1}');
    await program.api("POST", "/exchanges/release", {});
    await bots[1];
  },
  held,
);

claim(
  "names of variables seen before are offered while a key is typed",
  async ({ program, page, see }) => {
    const bot = program.post(ORDER);
    await see.choose("Оплата картой");
    await see.write("{}");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.type('"orderSt');
    await page.getByRole("option", { name: "orderStatus" }).waitFor();
    await page.keyboard.press("Escape");
    await see.answerButton("Release").click();
    await bot;
  },
  held,
);

claim(
  "what one message has led to is counted, against the seconds that it shares, with a way to the first",
  async ({ program, see }) => {
    const same = (/** @type {string} */ event) =>
      turn(event).replace('"rawRequest": {}', '"rawRequest": {"messageId": 7}');
    const first = program.post(same("asks"));
    await holding(program, 1);
    const second = program.post(same("pays"));
    await see.choose("pays");
    await see.detail.getByText(/^Webhook 2 of one message, [\d.]+ m?s of 10 min had passed when it came$/).waitFor();
    await see.detail.getByRole("button", { name: "Go to the first" }).click();
    await see.heading("asks");
    assert.equal(await see.detail.getByText(/of one message/).count(), 0, "one of its own is not counted");
    for (const { id } of await program.exchanges("is:held")) {
      await program.api("POST", `/exchanges/${id}/release`, {});
    }
    await Promise.all([first, second]);
    // What it had to share is not kept with the turn, and the setting is another one by now.
    await program.hold(5);
    await see.choose("pays");
    await see.detail.getByText(/^Webhook 2 of one message, [\d.]+ m?s after the first$/).waitFor();
  },
  held,
);
