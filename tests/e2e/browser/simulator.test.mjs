/** The simulator: a bot's user is played from turn to turn. */
import assert from "node:assert/strict";

import { claim } from "../lib/claim.mjs";
import { turn } from "../lib/turns.mjs";
import { eventually } from "../lib/wait.mjs";

/** @typedef {import("../lib/program.mjs").Program} Program */

/** @param {import("../lib/claim.mjs").Stage} stage */
async function openSimulator({ page }) {
  await page.keyboard.press("Control+3");
  const name = page.getByRole("textbox", { name: "The new user's name" });
  await name.waitFor();
  const state = page.getByRole("complementary", { name: "Variables of the bot" });
  return {
    name,
    state,
    event: page.getByRole("combobox", { name: "Event", exact: true }),
    text: page.getByRole("textbox", { name: "Writes" }),
    send: page.getByRole("button", { name: /^Send/ }),
    turns: page.getByRole("list", { name: "The user's turns" }).getByRole("listitem"),
    variable: (/** @type {string} */ named) => state.getByRole("textbox", { name: `Value: ${named}`, exact: true }),
    fresh: state.getByRole("combobox", { name: "New variable" }),
  };
}

/**
 * The variable of an exchange.
 * @param {Program} program
 * @param {string} id
 * @param {string} name
 */
async function sent(program, id, name) {
  const { variables } = await program.api("GET", `/exchanges/${id}`);
  return variables.find((/** @type {{ name: string }} */ one) => one.name === name)?.in ?? null;
}

claim("a user is played by the keyboard alone, and keeps what the answers said", async (stage) => {
  const { page, program, see } = stage;
  const { default_answer } = await program.api("GET", "/answering");
  await program.answering({ default_answer: { ...default_answer, body: '{"total": 9007199254740993}' } });
  const seen = await openSimulator(stage);
  await page.getByText("Nobody has been played yet").waitFor();
  await page.keyboard.press("n");
  await see.focused(seen.name);
  await page.keyboard.type("u1");
  await page.keyboard.press("Enter");
  await see.focused(seen.event);
  await page.keyboard.type("pay");
  await page.keyboard.press("Control+Enter");
  const first = seen.turns.first();
  await first.getByText("pay", { exact: true }).waitFor();
  await first.getByText("9007199254740993").waitFor();
  const holds = () => seen.variable("total").inputValue();
  await eventually("the variable that the bot keeps", holds, (value) => value === "9007199254740993");
  const [made] = await program.exchanges();
  assert.deepEqual([made.source, made.user, made.event], ["simulator", "u1", "pay"]);
  // The next turn carries it.
  await seen.event.fill("again");
  await seen.text.fill("да");
  await page.keyboard.press("Control+Enter");
  await seen.turns.nth(1).getByText("the variables stay").waitFor();
  const [next] = await program.exchanges();
  assert.equal(await sent(program, next.id, "total"), "9007199254740993");
});

claim("edited variables go with the next turn, and a step back leaves the turn where it is", async (stage) => {
  const { page, program } = stage;
  const seen = await openSimulator(stage);
  await seen.name.fill("u1");
  await page.keyboard.press("Enter");
  await seen.fresh.fill("city");
  await page.keyboard.press("Enter");
  await seen.variable("city").fill("Казань");
  await seen.state.getByText("edited by you").waitFor();
  await seen.event.fill("start");
  await page.keyboard.press("Control+Enter");
  await seen.turns.first().waitFor();
  await seen.state.getByText("edited by you").waitFor({ state: "detached" });
  const [made] = await program.exchanges();
  assert.equal(await sent(program, made.id, "city"), '"Казань"');
  const users = page.getByRole("listbox", { name: "Who is played" });
  await users.getByText("1 turn").waitFor();
  await page.keyboard.press("Control+[");
  await users.getByText("no turns yet").waitFor();
  assert.equal((await program.exchanges()).length, 1, "the turn stays among the turns");
});

claim("a recorded turn is played on from, and its user branches", async (stage) => {
  const { page, program, see } = stage;
  await program.post(turn("pay"));
  await see.choose("pay");
  const [row] = await program.exchanges();
  await page.keyboard.press("i");
  const user = row.user ?? "user";
  await page.getByRole("heading", { name: user, exact: true }).waitFor();
  const seen = await openSimulator(stage);
  await seen.variable("variable1").waitFor();
  await seen.event.fill("next");
  await page.keyboard.press("Control+Enter");
  await seen.turns.first().waitFor();
  await page.getByRole("button", { name: /^Branch/ }).click();
  await page.getByRole("heading", { name: `${user}-b`, exact: true }).waitFor();
  await seen.variable("variable1").waitFor();
});

claim("a target that nobody listens at is said in the chat", async (stage) => {
  const { page, program } = stage;
  const seen = await openSimulator(stage);
  await seen.name.fill("u1");
  await page.keyboard.press("Enter");
  await page.getByRole("radio", { name: "address…" }).click();
  await page.getByRole("textbox", { name: "Address" }).fill("http://127.0.0.1:1/hook");
  await seen.event.fill("pay");
  await seen.send.click();
  await seen.turns.first().waitFor();
  const [made] = await program.exchanges();
  assert.equal(made.state, "failed");
  await seen.turns.getByText(made.failure).waitFor();
});
