/** The views of conversations and of the simulator in every theme and both languages. */
import { complainsOfNothing } from "../lib/look.mjs";
import { turn } from "../lib/turns.mjs";

/** @typedef {import("../lib/look.mjs").View} View */
/** @typedef {import("../lib/program.mjs").Program} Program */

/**
 * A user's turns with variables that come, change and go.
 * @param {Program} program
 */
async function talk(program) {
  const { default_answer } = await program.api("GET", "/answering");
  for (let number = 1; number <= 12; number += 1) {
    const answer =
      number % 3 === 0 ? { discount: number, receipt: { id: number, sum: 1098 } } : { orderStatus: "paid" };
    await program.answering({ default_answer: { ...default_answer, body: JSON.stringify(answer) } });
    const kept = `"city": "Казань", "discount": ${number - (number % 3)}, "step": "${number}"`;
    await program.post(turn(`Ход ${number}`, { user: "77120045", more: kept }));
  }
}

/** @type {Record<string, View>} */
const VIEWS = {
  comparison: {
    show: async ({ page, see }) => {
      await see.choose("Ход 3");
      await page.keyboard.press("x");
      await see.choose("Ход 4");
      await page.keyboard.press("x");
      await page.getByRole("region", { name: "Comparison", exact: true }).getByText("difference").first().waitFor();
    },
  },
  conversation: {
    show: async ({ page, see }) => {
      await see.choose("Ход 7");
      await page.keyboard.press("v");
      const grid = page.getByRole("grid", { name: "Variables over the turns" });
      await grid
        .getByRole("gridcell", { name: /^discount/ })
        .first()
        .click();
      await page.getByRole("region", { name: "Why" }).getByRole("status").waitFor();
    },
  },
  simulator: {
    show: async ({ page, program }) => {
      await program.api("PUT", "/simulator/users/77120045", { variables: { city: "Казань", total: 1098 } });
      for (const event of ["start", "Оплата картой"])
        await program.api("POST", "/simulate", { platform: "graph", user: "77120045", event, target: "self" });
      await page.keyboard.press("Control+3");
      await page.getByRole("list", { name: "The user's turns" }).getByRole("listitem").nth(1).waitFor();
    },
  },
  calls: {
    show: async ({ page }) => {
      await page.keyboard.press("Control+3");
      const list = page.getByRole("navigation", { name: "Calls of platforms" });
      await list.getByRole("button", { name: "LeadConverter" }).click();
      await page.getByRole("button", { name: "Add a parameter" }).click();
      await page.keyboard.press("Control+Enter");
      await page.getByRole("region", { name: "What came of it" }).getByRole("listitem").first().waitFor();
    },
  },
};

complainsOfNothing(VIEWS, talk);
