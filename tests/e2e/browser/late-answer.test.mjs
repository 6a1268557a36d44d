/** An answer of the developer's own server that comes after the fallback has gone out. */
import assert from "node:assert/strict";

import { claim } from "../lib/claim.mjs";
import { withOwnServer } from "../lib/own-server.mjs";
import { turn } from "../lib/turns.mjs";
import { eventually } from "../lib/wait.mjs";

const LATE = '{"orderStatus": "paid", "payment": "card", "receipt": {"id": 10542}}';
const TURN = turn("pay", { user: "77", more: '"orderStatus": "new", "payment": "none"' });

/**
 * A turn whose server stands at a breakpoint, so that the fallback goes out after a second.
 * @param {import("../lib/claim.mjs").Stage} stage
 * @param {import("../lib/own-server.mjs").OwnServer} own
 */
async function tooLate({ program, see }, own) {
  own.answers(LATE);
  own.halt();
  await program.answering({ mode: "upstream", upstream: own.url, hold: { seconds: 1, fallback: "default" } });
  assert.equal((await program.post(TURN)).text, "{}");
  await see.choose("pay");
  await see.answer.getByText(/^My server is still at work/).waitFor();
}

claim(
  "a late answer is kept, compared, and goes out with the next turn of its user, chosen variables only",
  async (stage) =>
    withOwnServer(async (own) => {
      const { page, program, see } = stage;
      await tooLate(stage, own);
      await see
        .row("pay")
        .getByText(/^server at work/)
        .waitFor();
      await page.getByText("1 at my server, its bot is not waiting").waitFor();
      own.goOn();
      await see.answer.getByText(/^The server answered after/).waitFor();
      await see
        .row("pay")
        .getByText(/^late, /)
        .waitFor();
      const difference = see.answer.getByRole("region", { name: "Difference of the answers" });
      await difference.getByRole("listitem").filter({ hasText: '"orderStatus": "paid"' }).getByText("added:").waitFor();
      const names = see.answer.getByRole("region", { name: "What to deliver" });
      await names.getByRole("checkbox", { name: /^payment/ }).uncheck();
      await page.keyboard.press("l");
      await names.getByText("Waits for the next turn of 77").waitFor();
      await names.getByRole("button", { name: "Do not deliver" }).click();
      await names.getByRole("button", { name: "Deliver with the next turn" }).click();
      await names.getByText("Waits for the next turn of 77").waitFor();
      await program.answering({ mode: "rules" });
      const answer = await program.post(turn("next", { user: "77", more: '"orderStatus": "new"' }));
      assert.deepEqual(JSON.parse(answer.text), { orderStatus: "paid", receipt: { id: 10542 } });
      await names.getByText("Delivered with a later turn").waitFor();
      await see.row("pay").getByText("delivered later").waitFor();
      await see.row("next").getByText("+ late").waitFor();
      await names.getByRole("button", { name: "Go to that turn" }).click();
      await see.heading("next");
      await see.answer.getByText("Variables of a late answer went out with this one").waitFor();
      await see.answer.getByRole("button", { name: "Go to the late one" }).click();
      await see.heading("pay");
    }),
);

claim("what the user changed meanwhile is not ticked, and it is said what the bot has", async (stage) =>
  withOwnServer(async (own) => {
    const { program, see } = stage;
    await tooLate(stage, own);
    await program.answering({ mode: "rules" });
    await program.post(turn("changes", { user: "77", more: '"orderStatus": "new", "payment": "cash"' }));
    await program.post(turn("another", { user: "78", more: '"payment": "other"' }));
    own.goOn();
    const names = see.answer.getByRole("region", { name: "What to deliver" });
    const payment = names.getByRole("checkbox", { name: /^payment/ });
    await payment.waitFor();
    assert.equal(await payment.isChecked(), false);
    await names.getByText('the bot has "cash" by now').waitFor();
    assert.equal(await names.getByRole("checkbox", { name: /^orderStatus/ }).isChecked(), true);
  }),
);

claim("a person may stop waiting for a server", async (stage) =>
  withOwnServer(async (own) => {
    const { program, see } = stage;
    await tooLate(stage, own);
    await see.answerButton("Stop waiting").click();
    await see.answer.getByText(/^My server is still at work/).waitFor({ state: "detached" });
    await see.answer.getByText("The fallback went out", { exact: true }).waitFor();
    const [{ id }] = await program.exchanges();
    await eventually(
      "nothing waits",
      () => program.api("GET", `/exchanges/${id}`),
      ({ late_waiting }) => late_waiting === false,
    );
  }),
);

claim("a late answer without variables says that there is nothing to deliver", async (stage) =>
  withOwnServer(async (own) => {
    const { see } = stage;
    await tooLate(stage, own);
    own.answers({ headers: { "Content-Type": "text/plain" }, body: "later" });
    own.goOn();
    await see.answer.getByText("The answer is no JSON object: nothing to deliver.").waitFor();
    assert.equal(await see.answer.getByRole("checkbox").count(), 0);
  }),
);
