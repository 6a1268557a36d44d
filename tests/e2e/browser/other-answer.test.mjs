/** A turn that has its answer is answered differently, by its replay. */
import assert from "node:assert/strict";

import { claim } from "../lib/claim.mjs";
import { turn } from "../lib/turns.mjs";

claim(
  "an answered turn is answered differently: its replay gets the edited answer, and the mode stays",
  async (stage) => {
    const { page, program, see } = stage;
    await program.post(turn("event1"));
    await see.choose("event1");
    await see.answer.getByText("Default answer").waitFor();
    await see.answerButton(/^Answer differently/).click();
    await see.answer.getByText(/^The caller has had its answer/).waitFor();
    await see.focused(see.editor);
    assert.equal(await see.text(), "{}", "it begins with what went out");
    await see.write('{"variable1": 52.0}');
    await see.value("variable1", "Bot will have", "52.0");
    // Looked away and back: the draft is where it was.
    await page.keyboard.press("Escape");
    await see.focused(see.tree);
    await page.keyboard.press("a");
    await see.focused(see.editor);
    assert.equal(await see.text(), '{"variable1": 52.0}');
    await page.keyboard.press("Control+Enter");
    await see.answer.getByText("Answered by hand").waitFor();
    await see.value("variable1", "Bot has", "52.0");
    await see.button("Go to the original turn").waitFor();
    const [again, original] = await program.exchanges();
    assert.deepEqual(
      [again.replay_of, again.source, again.answered_by, again.state],
      [original.id, "replay", "hand", "answered"],
    );
    assert.equal(original.answered_by, "default");
    assert.equal((await program.api("GET", "/answering")).mode, "rules");
  },
);

claim(
  "another answer that was begun can be put away, and what went out is shown again",
  async ({ page, program, see }) => {
    await program.post(turn("event1"));
    await see.choose("event1");
    await page.keyboard.press("a");
    await see.write('{"x": 1}');
    await see.answerButton("Cancel").click();
    await see.answer.getByText("Default answer").waitFor();
    await see.value("variable1", "Bot has", "50");
    assert.equal((await program.exchanges()).length, 1);
  },
);

claim("a preset answers a held turn with 204 and no body", async ({ page, program, see }) => {
  await program.hold();
  const bot = program.post(turn("pay"));
  await see.choose("pay");
  await see.answerButton("Presets").click();
  await page.getByRole("menuitem", { name: "204 without a body" }).click();
  await see.answerButton(/^Send/).click();
  const { status, text } = await bot;
  assert.deepEqual({ status, text }, { status: 204, text: "" });
});
