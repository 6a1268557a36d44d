/** Signs that turn a line round or are not seen: no view draws one as it is. */
import assert from "node:assert/strict";

import { claim } from "../lib/claim.mjs";

/** Turns what follows it round, and ends that. */
const TURNS = "\u202E";
const ENDS = "\u202C";
const UNSEEN = `${TURNS}${ENDS}\u2066\u200B`;

/**
 * What is drawn at the moment has none of them.
 * @param {import("../lib/claim.mjs").Stage["page"]} page
 * @param {string} where
 */
async function drawsNone(page, where) {
  const drawn = await page.evaluate((unseen) => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const { data, parentElement } = /** @type {Text} */ (node);
      if ([...unseen].some((sign) => data.includes(sign))) found.push(`${parentElement?.className}: ${data}`);
    }
    return found;
  }, UNSEEN);
  assert.deepEqual(drawn, [], where);
}

claim("no view draws a sign that turns a line round or is not seen", async ({ page, program, see }) => {
  const text = `pay${TURNS}gpj.tnemyap${ENDS}\u2066x\u200By`;
  const body = JSON.stringify({ action: text, userId: text, [text]: text, list: [{ [text]: text }] });
  await program.api("POST", "/rules", {
    version: 1,
    name: "Всё",
    when: { field: "var:list[0]", op: "present" },
    then: { reply: { body: JSON.stringify({ [text]: text }) } },
  });
  await program.post(body, { to: `${program.webhook.replace(/\/$/, "")}/${encodeURIComponent(text)}` });
  const row = page.getByRole("treeitem").filter({ hasText: "pay" }).first();
  await row.click();
  await page.getByRole("heading", { level: 1, name: /^pay/ }).waitFor();
  await drawsNone(page, "list, header and variables");
  for (const tab of ["Request", "Answer", "Timing"]) {
    await see.openTab(tab);
    await page.getByRole("tabpanel").first().waitFor();
    await drawsNone(page, tab);
  }
  await page.keyboard.press("w");
  await page.getByRole("dialog", { name: "Why this answer" }).getByText("took the turn").first().waitFor();
  await drawsNone(page, "why");
  await page.keyboard.press("Escape");
  await page.keyboard.press("m");
  await page.getByRole("textbox", { name: "Name" }).first().waitFor();
  await drawsNone(page, "a rule made of it");
});
