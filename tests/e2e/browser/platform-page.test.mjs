/** What a platform does with an answer, and how a form is read. */
import assert from "node:assert/strict";

import { claim } from "../lib/claim.mjs";

/** @typedef {import("../lib/program.mjs").Program} Program */

const FORM = { "content-type": "application/x-www-form-urlencoded" };

/**
 * A bot of a platform, and a form that came to it.
 * @param {string} platform
 * @param {string} form
 */
const given = (platform, form) => async (/** @type {Program} */ program) => {
  const [{ id }] = (await program.api("GET", "/bots")).bots;
  await program.api("PATCH", `/bots/${id}`, { platform });
  const headers = [["Content-Type", "application/json"]];
  const body = '{"promo": {"code": "ABC", "percent": 15.0}}';
  await program.answering({ default_answer: { status: 200, headers, body } });
  await program.post(form, { headers: FORM });
};

claim(
  "what a platform does with an answer is told with what is inferred, and a text is tried as it is typed",
  async ({ page, program, see }) => {
    await see.command("What the platform does with my answer");
    await page.getByRole("heading", { level: 1, name: "What LeadConverter does with my answer" }).waitFor();
    const { platforms } = await program.api("GET", "/platforms");
    const { contract } = platforms.find((/** @type {{ id: string }} */ one) => one.id === "leadconverter");
    const facts = page.getByRole("list", { name: "What it does" }).getByRole("listitem");
    assert.equal(await facts.count(), contract.length);
    const inferred = contract.filter((/** @type {{ assumed: boolean }} */ one) => one.assumed);
    assert.equal(await facts.filter({ hasText: "inferred" }).count(), inferred.length);
    // The variables are those of the newest turn.
    const result = page.getByRole("status", { name: "Becomes" });
    await result.getByText("Ваш код: ABC", { exact: true }).waitFor();
    await page.getByLabel("Text of a block").fill("({result.promo.text})");
    await page.getByText("result.promo has no text: nothing is put in.").waitFor();
    await page.getByRole("button", { name: "result.promo.percent" }).click();
    await result.getByText("15.0", { exact: true }).waitFor();
    await page.keyboard.press("Escape");
    await see.ready();
  },
  { given: given("leadconverter", "user[name]=1") },
);

claim(
  "another answer is tried on a turn, and nothing is sent",
  async ({ page, program, see }) => {
    await see.choose("POST /");
    await see.openTab("Request");
    await page.getByRole("button", { name: "Platform rules" }).click();
    await page.getByText("Saved as an object.").waitFor();
    const other = page.getByRole("group", { name: "Try another answer" });
    await other.getByRole("button", { name: "500" }).click();
    await page.getByText(/^The answer is not taken/).waitFor();
    await page.getByRole("list", { name: "Findings on the answer" }).getByText(/5 s/).waitFor();
    await other.getByRole("button", { name: "HTML" }).click();
    await page.getByText("Saved as text.").waitFor();
    assert.equal((await program.exchanges()).length, 1);
    await page.getByRole("button", { name: /^Platform settings: / }).click();
    await page.getByLabel("Variable of the answer").waitFor();
  },
  { given: given("leadconverter", "user[name]=1") },
);

claim(
  "a text is seen as a visitor behind Webim sees it",
  async ({ page, see }) => {
    await see.command("What the platform does with my answer");
    await page.getByRole("button", { name: "Webim", exact: true }).click();
    const seen = page.getByRole("group", { name: "For a visitor of Webim" });
    await page.getByLabel("Text of the answer, Markdown").fill("**Paid**");
    await seen.getByText("Paid", { exact: true }).waitFor();
    await seen.getByText(/https:\/\/pizza\.example\.ru/).waitFor();
    await page.getByRole("button", { name: "Remove button 1" }).click();
    await seen.getByText(/pizza/).waitFor({ state: "hidden" });
    await page.getByRole("list", { name: "What is lost" }).getByRole("listitem").first().waitFor();
  },
  { given: given("plain", "a=1") },
);

claim(
  "a form is shown as three readers see it, with the one in force and what they do not agree on",
  async ({ page, see }) => {
    await see.choose("POST /");
    await see.openTab("Request");
    await page.getByRole("button", { name: "How it is read: the form" }).click();
    const column = (/** @type {RegExp} */ name) => page.getByRole("region", { name });
    const php = column(/^PHP/);
    await php.getByText("ChatApp reads it so").waitFor();
    const lines = async (/** @type {RegExp} */ name) =>
      (await column(name).getByRole("listitem").allInnerTexts()).map((text) =>
        text.replaceAll(/\s+/g, " ").replace(" ,", ",").trim(),
      );
    const marked = "≠, otherwise with others";
    assert.deepEqual(await lines(/^PHP/), [`user.name "1" ${marked}`, `user_name "2" ${marked}`, 'a "7"']);
    assert.deepEqual(await lines(/^qs/), [`user.name "1" ${marked}`, `["user.name"] "2" ${marked}`, 'a "7"']);
    assert.deepEqual(await lines(/^WHATWG/), [`user[name] "1" ${marked}`, `user.name "2" ${marked}`, 'a "7"']);
  },
  { given: given("chatapp", "user[name]=1&user.name=2&a=7") },
);

claim(
  "the program that called ChatApp's block is named",
  async ({ page, see }) => {
    await see.choose("ONCRMDEALUPDATE");
    await see.detail.getByText("Bitrix24", { exact: true }).waitFor();
    await see.openTab("Request");
    await page.getByText("Sent by Bitrix24.").waitFor();
  },
  { given: given("chatapp", "event=ONCRMDEALUPDATE&data[FIELDS][ID]=1&auth[application_token]=t") },
);
