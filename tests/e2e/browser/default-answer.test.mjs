/** The answer that goes out where nobody gives another. */
import assert from "node:assert/strict";

import { claim } from "../lib/claim.mjs";
import { turn } from "../lib/turns.mjs";
import { eventually } from "../lib/wait.mjs";

claim("the default answer is edited where answers are chosen", async ({ program, page, see }) => {
  await see.button("Default answer and hold").click();
  const panel = page.getByRole("dialog", { name: "How to answer" });
  const body = panel.getByRole("textbox", { name: "Body of the default answer" });
  await body.click();
  await see.focused(body);
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText('{"greeting": "привет", "n": 1.0}');
  await panel.getByRole("textbox", { name: "Answer status" }).fill("201");
  await panel.getByRole("radio", { name: "15 s" }).click();
  await panel.getByRole("button", { name: "Save" }).click();
  await see.toast("Saved");
  const got = await program.post(turn("event1"));
  assert.equal(got.text, '{"greeting": "привет", "n": 1.0}');
  assert.equal(got.status, 201);
  assert.equal((await program.api("GET", "/answering")).hold.seconds, 15);
});

claim(
  "an answer that was sent becomes the default answer, and the former one comes back",
  async ({ program, page, see }) => {
    const bot = program.post(turn("event1"));
    await see.choose("event1");
    await see.write('{"discount": 10.0}');
    await page.keyboard.press("Control+Enter");
    await bot;
    const before = (await program.api("GET", "/answering")).default_answer;
    await see.answerButton("Make it the default").click();
    await see.toast("This is the default answer now");
    await program.answering({ mode: "rules" });
    await page.getByRole("radio", { name: "Rules", checked: true }).waitFor();
    await see.messages.getByRole("button", { name: "Undo" }).click();
    const { mode } = await eventually(
      "the former answer",
      () => program.api("GET", "/answering"),
      ({ default_answer }) => default_answer.body === before.body,
    );
    assert.equal(mode, "rules", "nothing else is taken back");
    await see.command("Make it the default");
    await eventually(
      "the answer as the default",
      async () => (await program.post(turn("event2"))).text,
      (text) => text === '{"discount": 10.0}',
    );
    await see.choose("event2");
    await see.answer.getByText("Default answer", { exact: true }).waitFor();
    assert.equal(await see.answerButton("Make it the default").count(), 0, "it is the default already");
  },
  { given: (program) => program.hold() },
);
