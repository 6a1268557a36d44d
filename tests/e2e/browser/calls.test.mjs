/** Calls in a platform's name: composed, sent, and what comes of them. */
import assert from "node:assert/strict";

import { claim } from "../lib/claim.mjs";

/**
 * @param {import("../lib/claim.mjs").Stage} stage
 * @param {string} platform
 */
async function openCalls({ page }, platform) {
  await page.keyboard.press("Control+3");
  const list = page.getByRole("navigation", { name: "Calls of platforms" });
  await list.getByRole("button", { name: platform, exact: true }).click();
  const panel = page.getByRole("region", { name: platform, exact: true });
  await panel.getByRole("heading", { level: 1, name: platform }).waitFor();
  return { panel, sent: panel.getByRole("region", { name: "What came of it" }).getByRole("listitem") };
}

claim("a block's call is made again as its platform does, by a clock that runs faster", async (stage) => {
  const { page, program, see } = stage;
  await program.answering({ default_answer: { status: 500, headers: [], body: "oops" } });
  const { panel, sent } = await openCalls(stage, "LeadConverter");
  await panel.getByRole("button", { name: "Add a parameter" }).click();
  await panel.getByRole("textbox", { name: "Parameter name" }).fill("user.name");
  await panel.getByRole("textbox", { name: "Parameter value" }).fill("({name})");
  const variables = panel.getByRole("textbox", { name: "Variables" });
  await variables.fill('{"name": ');
  await panel.getByText("This is no JSON").waitFor();
  await page.keyboard.press("Control+Enter");
  await variables.fill('{"name": "Иван"}');
  await panel.getByRole("radio", { name: "an hour a second" }).click();
  await page.keyboard.press("Control+Enter");
  await sent.first().getByText("the scenario stops").waitFor();
  await sent.first().getByRole("button", { name: "attempt 6" }).waitFor();
  const made = await program.exchanges();
  assert.equal(made.length, 6, "what was no JSON was not sent");
  assert.ok(made.every((/** @type {{ status: number, source: string }} */ one) => one.status === 500));
  const { request } = await program.api("GET", `/exchanges/${made[0].id}`);
  assert.equal(request.body.kind, "json");
  await sent.first().getByRole("button", { name: "attempt 2" }).click();
  await see.openTab("Request");
  await page.getByText("Иван").first().waitFor();
});

claim("a wrong address is said at its field, and the form keeps what was typed", async (stage) => {
  const { page } = stage;
  const { panel, sent } = await openCalls(stage, "NocoBase");
  const address = panel.getByRole("textbox", { name: "Address" });
  await address.fill("nowhere");
  await page.keyboard.press("Control+Enter");
  await panel.getByRole("alert").waitFor();
  assert.equal(await address.inputValue(), "nowhere");
  await address.fill("http://127.0.0.1:1/api/webhook:trigger/x");
  await panel.getByRole("alert").waitFor({ state: "detached" });
  await page.keyboard.press("Control+Enter");
  await sent.first().getByText("no answer").waitFor();
});
