/** The editor of rules in every theme and both languages: axe-core finds nothing to complain of. */
import { complainsOfNothing } from "../lib/look.mjs";
import { ORDER, turn } from "../lib/turns.mjs";

/** @typedef {import("../lib/look.mjs").View} View */
/** @typedef {import("../lib/program.mjs").Program} Program */
/** @typedef {import("playwright-core").Page} Page */

/**
 * Rules of several kinds above each other, one of which never strikes, and turns to try them on.
 * @param {Program} program
 */
async function withRules(program) {
  await program.post(ORDER);
  await program.post(turn("Доставка"));
  const event = { field: "event", op: "equals", value: "Оплата картой" };
  const city = { field: "var:address.city", op: "in", value: ["Казань", "Москва"] };
  const template = '{\n  "orderStatus": "paid",\n  "total": {{ vars.total }},\n  "attempt": {{ call }}\n}';
  const patch = { set: { discount: "{{ answer.discount }}" }, remove: ["debug"], template: true };
  const after = [{ method: "POST", url: "http://127.0.0.1:9/send_message", body: '{"text": "ok"}' }];
  const rules = [
    ["Заказ есть", [event, { not: city }, { any: [{ chance: 1 }] }], { reply: { body: template, template: true } }],
    ["Через сервер", [{ field: "event", op: "contains", value: "Опл" }], { forward: { patch, hold: true }, after }],
    ["Никогда", [event], { hold: { seconds: 15, fallback: "last" } }],
    ["По очереди", [], { sequence: { replies: [{ body: "{}" }, { body: '{"codeOk": true}' }], end: "pass" } }],
    ["Плохая связь", [], { fault: { kind: "slow" } }],
  ];
  for (const [name, all, then] of rules) await program.api("POST", "/rules", { version: 1, name, when: { all }, then });
}

/**
 * One of those rules, opened.
 * @param {string} name
 * @param {(page: Page) => Promise<unknown>} [then]
 * @returns {View}
 */
const ruleView = (name, then) => ({
  show: async ({ page }) => {
    await page.keyboard.press("Control+2");
    await page.getByRole("row", { name }).click();
    await page.getByRole("heading", { level: 1, name }).waitFor();
    await page.getByText(/^Matches \d/).waitFor();
    await then?.(page);
  },
});

complainsOfNothing(
  {
    rule: ruleView("Заказ есть"),
    "rule-tried": {
      show: async (stage) => {
        await stage.see.choose("Оплата картой");
        await ruleView("Заказ есть").show(stage);
        await stage.page.getByRole("region", { name: /^Answer to the turn/ }).waitFor();
      },
    },
    "rule-forward": ruleView("Через сервер"),
    "rule-hold": ruleView("Никогда"),
    "rule-sequence": ruleView("По очереди"),
    "rule-fault": ruleView("Плохая связь"),
    "rule-json": ruleView("Через сервер", async (page) => {
      await page.getByRole("radio", { name: "JSON", exact: true }).click();
      await page.getByRole("textbox", { name: "The rule as JSON" }).waitFor();
    }),
    "rule-refused": ruleView("Заказ есть", async (page) => {
      await page.getByRole("textbox", { name: "Status" }).fill("99");
      await page.getByRole("alert").first().waitFor();
    }),
    "rule-why": {
      show: async ({ page, see }) => {
        await see.choose("Доставка");
        await page.keyboard.press("w");
        await page.getByRole("dialog", { name: "Why this answer" }).getByText("Никогда").waitFor();
      },
    },
  },
  withRules,
);
