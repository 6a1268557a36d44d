/** Everything without a mouse. */
import assert from "node:assert/strict";

import { claim } from "../lib/claim.mjs";
import { turn } from "../lib/turns.mjs";
import { eventually } from "../lib/wait.mjs";

/** @param {import("../lib/program.mjs").Program} program */
async function three(program) {
  for (const event of ["first", "second", "third"]) await program.post(turn(event));
}

claim(
  "a whole session is possible by keyboard alone",
  async ({ program, page, see }) => {
    const press = (/** @type {string} */ key) => page.keyboard.press(key);
    await see.heading("third");
    await press("j");
    await see.heading("second");
    await press("ArrowDown");
    await see.heading("first");
    await press("k");
    await see.heading("second");
    await press("2");
    await eventually(
      "a person answers",
      () => program.api("GET", "/answering"),
      ({ mode }) => mode === "hold",
    );
    const bot = program.post(turn("asks"));
    await see.counted("1 held");
    await press("h");
    await see.heading("asks");
    await press("Enter");
    await eventually(
      "the focus on the tabs",
      () => focused(page),
      (role) => role === "tab",
    );
    await press("a");
    await eventually(
      "the focus in the editor",
      () => focused(page),
      (role) => role === "textbox",
    );
    await press("Control+a");
    await page.keyboard.insertText('{"by": "keyboard"}');
    await press("Control+Enter");
    assert.equal((await bot).text, '{"by": "keyboard"}');
    await see.row("asks").getByText("by hand").waitFor();
    await eventually(
      "the focus on the list",
      () => focused(page),
      (role) => role === "tree",
    );
    await press("1");
    await eventually(
      "rules answer",
      () => program.api("GET", "/answering"),
      ({ mode }) => mode === "rules",
    );
  },
  { given: three, settings: { grouping: "flat" } },
);

claim(
  "letters run no command while an editor has the focus",
  async ({ program, page, see }) => {
    const bot = program.post(turn("asks"));
    await see.choose("asks");
    await see.write("");
    await page.keyboard.type("jkrepa12[]?tgsmndh");
    await eventually(
      "the letters",
      () => see.text(),
      (text) => text.startsWith("jkrepa12[]?tgsmndh"),
    );
    assert.equal(await page.getByRole("dialog").count(), 0);
    await see.heading("asks");
    const [newest] = await program.exchanges();
    assert.equal(newest.event, "asks", "nothing was replayed");
    assert.equal(newest.pinned, false);
    assert.equal((await program.api("GET", "/answering")).mode, "hold");
    await page.keyboard.press("Control+Enter");
    assert.match((await bot).text, /^jkrepa12/);
  },
  {
    given: async (program) => {
      await three(program);
      await program.hold();
    },
  },
);

claim(
  "keys replay, pin, and go through the tabs",
  async ({ program, page, see }) => {
    const shown = (/** @type {string} */ name) =>
      eventually(
        `the tab ${name}`,
        () => see.tab(name).getAttribute("aria-selected"),
        (on) => on === "true",
      );
    await see.choose("second");
    await page.keyboard.press("]");
    await shown("Request");
    await page.keyboard.press("]");
    await shown("Answer");
    await page.keyboard.press("]");
    await shown("Timing");
    await page.getByRole("table", { name: "Timing of the turn" }).waitFor();
    await page.keyboard.press("[");
    await shown("Answer");
    await page.keyboard.press("p");
    await eventually(
      "a pin",
      () => program.exchanges("is:pinned"),
      (all) => all.length === 1 && all[0].event === "second",
    );
    await page.keyboard.press("r");
    await eventually(
      "a replay",
      () => program.exchanges("is:replay"),
      (all) => all.length === 1,
    );
    await see.toast("Replayed");
  },
  { given: three },
);

claim(
  "keys, commands and settings open by key, and Escape gives the focus back",
  async ({ page, see }) => {
    await see.choose("second");
    await page.keyboard.press("?");
    const keys = page.getByRole("dialog", { name: "Keys" });
    await keys.getByText("30 more seconds").waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("Escape");
    await keys.waitFor({ state: "detached" });
    await see.heading("second");
    await see.find("newest", "To the newest");
    await page.keyboard.press("Escape");
    await see.palette.waitFor({ state: "detached" });
    await page.keyboard.press("Control+,");
    await page.getByRole("heading", { level: 1, name: "General" }).waitFor();
    await page.keyboard.press("Escape");
    await see.heading("second");
    await page.keyboard.press("j");
    await see.heading("first");
  },
  { given: three },
);

claim(
  "the palette finds commands by the beginnings of their words, in any order",
  async ({ program, page, see }) => {
    await see.choose("second");
    await see.find("turn del", "Delete the turn");
    await page.keyboard.press("Enter");
    await see.row("second").waitFor({ state: "detached" });
    assert.equal((await program.exchanges()).length, 2);
  },
  { given: three },
);

claim(
  "letters work in a Russian layout too",
  async ({ page, see }) => {
    await see.choose("second");
    await pressInRussian(page, "о", "KeyJ");
    await see.heading("first");
    await pressInRussian(page, "л", "KeyK");
    await see.heading("second");
  },
  { given: three },
);

claim("every control can be reached with Tab, and the focus is seen", async ({ page, see }) => {
  await see.button("Send a sample turn").waitFor();
  const reached = new Set();
  for (let at = 0; at < 40; at += 1) {
    await page.keyboard.press("Tab");
    const { name, ring } = await page.evaluate(() => {
      const now = document.activeElement ?? document.body;
      const box = now.closest("label, .box") ?? now;
      const looks = [getComputedStyle(now), getComputedStyle(box)];
      const before = getComputedStyle(now, "::before");
      const ringed =
        looks.some(
          (one) => (one.outlineStyle !== "none" && parseFloat(one.outlineWidth) > 0) || one.boxShadow !== "none",
        ) ||
        (before.content !== "none" && before.backgroundColor !== "rgba(0, 0, 0, 0)");
      return {
        name: now.getAttribute("aria-label") ?? now.textContent?.trim() ?? "",
        ring: ringed || now === document.body,
      };
    });
    assert.ok(ring, `the focus is seen on ${name}`);
    reached.add(name);
  }
  for (const name of ["Copy the address", "Settings", "Filter exchanges", "Rules"]) {
    assert.ok(
      [...reached].some((one) => one.startsWith(name)),
      `${name} is reached: ${[...reached].join(", ")}`,
    );
  }
  assert.ok([...reached].some((one) => one.includes("Send a sample turn")));
});

/**
 * A key as a keyboard with a Russian layout sends it.
 * @param {import("playwright-core").Page} page
 * @param {string} key
 * @param {string} code
 */
async function pressInRussian(page, key, code) {
  await page.evaluate(
    ({ key, code }) =>
      document.activeElement?.dispatchEvent(
        new KeyboardEvent("keydown", { key, code, bubbles: true, cancelable: true }),
      ),
    { key, code },
  );
}

/** @param {import("playwright-core").Page} page */
const focused = (page) => page.evaluate(() => document.activeElement?.getAttribute("role"));
