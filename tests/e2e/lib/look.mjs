/**
 * Looks at views in every theme and both languages: axe-core is to find nothing to complain of.
 * With `HOOKLOUPE_PICTURES=1` pictures, narrow and wide, are left for the eye; they take longer
 * than axe-core does.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { claim, takePicture } from "./claim.mjs";

/** @typedef {import("./claim.mjs").Stage} Stage */
/** @typedef {import("./program.mjs").Program} Program */
/** @typedef {import("playwright-core").Page} Page */

/**
 * @typedef {object} View
 * @property {(stage: Stage) => Promise<unknown>} show leads the page there
 * @property {(program: Program) => Promise<unknown>} [given] a history of its own
 * @property {string[]} [ignoredRules] of axe-core, which do not concern it
 */

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const NARROW = { width: 900, height: 600 };
const WIDE = { width: 1280, height: 800 };
const SIZES = [NARROW, WIDE];
const PICTURES = process.env.HOOKLOUPE_PICTURES === "1";
/**
 * Colours come with the theme and names with the language; in Russian words are longer, which tells
 * when narrow. All of axe-core's rules are asked in each: what a view shows depends on its width,
 * and what it is called on the language.
 */
const LOOKS = [
  { theme: "light", language: "en", size: WIDE },
  { theme: "light", language: "ru", size: NARROW },
  { theme: "dark", language: "ru", size: WIDE },
  { theme: "contrast", language: "en", size: NARROW },
];

/**
 * Claims of each view that nothing in it is complained of, in every theme and language.
 * @param {Record<string, View>} views
 * @param {NonNullable<View["given"]>} history of those without one of their own
 */
export function complainsOfNothing(views, history) {
  for (const [name, { given = history, show, ignoredRules = [] }] of Object.entries(views)) {
    claim(
      `axe-core complains of nothing in the view "${name}"`,
      async (stage) => {
        const { page, program } = stage;
        await show(stage);
        // What lies under the pointer shows its tooltip, which is not looked for here.
        await page.mouse.move(0, 0);
        /** @type {string[]} */
        const complaints = [];
        for (const { theme, language, size } of LOOKS) {
          await page.setViewportSize(size);
          await wear(page, program, { theme, language });
          for (const one of await axe(page, ignoredRules))
            complaints.push(`${theme} ${language} ${size.width}: ${one}`);
          for (const each of PICTURES ? SIZES : []) {
            await page.setViewportSize(each);
            await takePicture(page, `${name} ${theme} ${language} ${each.width}`);
          }
        }
        assert.deepEqual(complaints, []);
      },
      { given },
    );
  }
}

/**
 * Changes theme and language where the page is, and waits until it has changed.
 * @param {Page} page
 * @param {Program} program
 * @param {{ theme: string, language: string }} look
 */
async function wear(page, program, { theme, language }) {
  await program.api("PATCH", "/settings", { theme, language });
  await page.locator(`html[lang="${language}"][data-theme="${theme}"]`).waitFor();
  await page.evaluate(() => document.fonts.ready);
}

/**
 * What axe-core finds, one line for each place; `ignoredRules` names rules that do not concern a
 * view.
 * @param {Page} page
 * @param {string[]} ignoredRules
 */
async function axe(page, ignoredRules) {
  if (await page.evaluate(() => globalThis.axe === undefined)) await page.evaluate(AXE);
  /** @type {import("axe-core").RunOptions} */
  const asked = {
    resultTypes: ["violations"],
    rules: Object.fromEntries(ignoredRules.map((rule) => [rule, { enabled: false }])),
  };
  const violations = await page.evaluate(async (asked) => {
    return (await globalThis.axe.run(document, asked)).violations;
  }, asked);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, any, html }) => `${id} at ${target.join(" ")}: ${any[0]?.message ?? html.slice(0, 160)}`),
  );
}
