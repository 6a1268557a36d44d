/** How long a bot waits: learned, probed, shown at the hold's seconds, and taken from there. */
import assert from "node:assert/strict";
import { once } from "node:events";

import { claim } from "../lib/claim.mjs";
import { complainsOfNothing } from "../lib/look.mjs";
import { turn } from "../lib/turns.mjs";
import { eventually } from "../lib/wait.mjs";

/** @typedef {import("../lib/program.mjs").Program} Program */
/** @typedef {import("playwright-core").Page} Page */

/** After the margin of a second a whole one is left to propose. */
const CALLER_WAITS_MS = 3000;

/** @param {Page} page */
async function openPanel(page) {
  await page.keyboard.press("d");
  const panel = page.getByRole("dialog", { name: "How to answer" });
  const patience = panel.getByRole("group", { name: "The bot's patience" });
  await patience.waitFor();
  return { panel, patience };
}

/**
 * Two callers that are held leave at the same moment, so that their waits are alike.
 * @param {Program} program
 */
async function twoLeave(program) {
  await program.hold();
  const leaving = new AbortController();
  const calls = ["1", "2"].map((user) =>
    assert.rejects(program.post(turn("pay", { user }), { signal: leaving.signal })),
  );
  await eventually(
    "two held",
    () => program.exchanges("is:held"),
    (all) => all.length === 2,
  );
  const limit = AbortSignal.timeout(CALLER_WAITS_MS);
  await once(limit, "abort");
  leaving.abort();
  await Promise.all(calls);
  const { learned } = await eventually(
    "both waits learned",
    () => program.api("GET", "/patience"),
    ({ learned }) => learned[0]?.times === 2,
  );
  return learned[0];
}

claim(
  "callers that leave while held are learned twice, and the proposal is taken with one click",
  async ({ page, program }) => {
    const { panel, patience } = await openPanel(page);
    assert.equal(await patience.getByText("This bot left after").count(), 0);
    const { seconds, propose } = await twoLeave(program);
    assert.ok(propose >= 2 && propose < seconds, `${propose} of ${seconds}`);
    const shown = seconds.toFixed(1).replace(/\.0$/, "");
    await patience.getByText(new RegExp(`^This bot left after ${shown}(\\.0)? s 2 times$`)).waitFor();
    const take = patience.getByRole("button", { name: `Set ${propose} s`, exact: true });
    await take.click();
    await take.waitFor({ state: "detached" });
    assert.equal(await panel.getByLabel("Seconds of the hold").inputValue(), String(propose));
    await panel.getByRole("button", { name: "Save" }).click();
    await panel.waitFor({ state: "detached" });
    assert.equal((await program.api("GET", "/answering")).hold.seconds, propose);
    const again = await openPanel(page);
    await again.patience.getByRole("button", { name: "Forget" }).click();
    await again.patience.getByText(/^This bot left after/).waitFor({ state: "detached" });
    assert.deepEqual((await program.api("GET", "/patience")).learned, []);
  },
);

claim("a probe holds the bot's next request and tells after how long it left", async ({ page, program }) => {
  const { patience } = await openPanel(page);
  await patience.getByRole("button", { name: "Probe", exact: true }).click();
  await patience.getByText("The probe waits for the bot's next request.").waitFor();
  const leaving = new AbortController();
  const left = assert.rejects(program.post(turn("pay"), { signal: leaving.signal }));
  // From three seconds on there is a whole second left beside the margin.
  await patience.getByText(/ ([3-9]|\d\d)[\d.]* s so far\.$/).waitFor();
  leaving.abort();
  await left;
  await patience.getByText(/^The bot left after ([3-9]|\d\d)[\d.]* s\.$/).waitFor();
  await patience.getByText(/^Probed: this bot left after ([3-9]|\d\d)[\d.]* s$/).waitFor();
  await patience.getByRole("button", { name: /^Set \d+ s$/ }).waitFor();
});

claim("a probe is ended by hand, and what it held leads to its turn", async ({ page, program, see }) => {
  const { patience } = await openPanel(page);
  await patience.getByRole("button", { name: "Probe", exact: true }).click();
  await patience.getByText("The probe waits for the bot's next request.").waitFor();
  const bot = program.post(turn("pay"));
  await patience.getByRole("button", { name: "Go to the turn" }).click();
  await see.heading("pay");
  const again = await openPanel(page);
  await again.patience.getByRole("button", { name: "End the probe" }).click();
  assert.equal((await bot).text, "{}");
});

claim("a probe takes no longer than the seconds in its field, which tells what it takes", async ({ page, program }) => {
  const { patience } = await openPanel(page);
  const seconds = patience.getByRole("textbox", { name: "Length of the probe, seconds at most" });
  const begin = patience.getByRole("button", { name: "Probe", exact: true });
  assert.equal(await seconds.inputValue(), "600");
  await seconds.fill("9");
  await patience.getByRole("alert").getByText("A whole number from 10 to 3600").waitFor();
  assert.ok(await begin.isDisabled());
  await seconds.fill("45");
  await begin.click();
  await patience.getByText("The probe waits for the bot's next request.").waitFor();
  assert.equal((await program.api("GET", "/patience")).probe.seconds, 45);
  await seconds.waitFor({ state: "detached" });
});

complainsOfNothing(
  {
    patience: {
      show: async ({ page }) => {
        const { patience } = await openPanel(page);
        await patience.getByRole("button", { name: "Probe", exact: true }).click();
        await patience.getByText("The probe waits for the bot's next request.").waitFor();
      },
    },
  },
  twoLeave,
);
