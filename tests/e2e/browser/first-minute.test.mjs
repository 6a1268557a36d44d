/** From an empty window to an answer of one's own, without bot, account or network. */
import assert from "node:assert/strict";

import { claim } from "../lib/claim.mjs";
import { eventually } from "../lib/wait.mjs";

claim("an empty history shows the address, where to paste it and a sample", async ({ program, page, see }) => {
  const { webhook } = await program.api("GET", "/status");
  await page.getByRole("heading", { name: "The test webhook's address" }).waitFor();
  await page.getByText("Settings → Basic settings → Webhook settings → Test webhook → Custom webhook").waitFor();
  await see.button("Send a sample turn").waitFor();
  await see.button("Copy").click();
  await see.toast("Address copied");
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), webhook.url);
});

claim("a sample turn gives a row, a table of variables and an answer to look at", async ({ page, see }) => {
  await see.button("Send a sample turn").click();
  await see.rows.first().waitFor();
  await see.variables.getByRole("columnheader", { name: "Bot has" }).waitFor();
  assert.equal(await see.rows.count(), 1);
  assert.equal(await see.selected.count(), 1, "the sample is selected");
  assert.ok((await see.variables.getByRole("row").count()) > 2, "its variables are listed");
  await see.value("orderId", "In", "10542");
  await see.value("total", "Bot has", "1098.00");
  await see.answer.getByText("Default answer").waitFor();
  await see.counted("1 exchange");
  assert.equal(await page.getByRole("heading", { name: "The test webhook's address" }).count(), 0);
});

claim("the first minute ends with an answer by hand", async ({ program, see }) => {
  await see.page.getByRole("radio", { name: "Me", exact: true }).click();
  await eventually(
    "the hold",
    () => program.api("GET", "/answering"),
    ({ mode }) => mode === "hold",
  );
  await see.button("Send a sample turn").click();
  await see.write('{"mine": true}');
  await see.value("mine", "Bot will have", "true");
  await see.answerButton(/^Send/).click();
  await see.answer.getByText("Answered by hand").waitFor();
  const [exchange] = await program.exchanges();
  assert.equal(exchange.answered_by, "hand");
});

claim("the whole address stands in its QR code", async ({ program, page, see }) => {
  const { webhook } = await program.api("GET", "/status");
  await see.button("QR code of the address").click();
  await page.getByRole("img", { name: "QR code of the address" }).waitFor();
  await page.getByText(webhook.url, { exact: true }).waitFor();
});

claim("the first steps can be read again, from the list's menu and by the palette", async ({ page, see }) => {
  const steps = page.getByRole("heading", { name: "The test webhook's address" });
  await see.button("Send a sample turn").click();
  await steps.waitFor({ state: "detached" });
  await see.rows.first().waitFor();
  await see.button("List view").click();
  await page.getByRole("menuitem", { name: "First steps" }).click();
  await steps.waitFor();
  assert.equal(await see.selected.count(), 0, "no row is marked while none is shown");
  await see.rows.first().click();
  await steps.waitFor({ state: "detached" });
  await see.command("First steps");
  await steps.waitFor();
  await see.button("Send a sample turn").click();
  await steps.waitFor({ state: "detached" });
  await see.counted("2 exchanges");
});
