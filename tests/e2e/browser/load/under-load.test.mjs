/**
 * A thousand requests a second for half a minute, with the page open. Run by name alone (`npm run
 * load`): it wants an optimised build, named by HOOKLOUPE_BIN_DIR, and a machine that does nothing
 * else.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

import { claim } from "../../lib/claim.mjs";
import { turn } from "../../lib/turns.mjs";
import { eventually } from "../../lib/wait.mjs";

const PER_SECOND = Number(process.env.LOAD_PER_SECOND ?? 1000);
const SECONDS = Number(process.env.LOAD_SECONDS ?? 30);
const COUNT = PER_SECOND * SECONDS;
/** Turns that are there before, to walk down through. */
const CALM = 300;
/** A person who walks through the list presses about so often. */
const PRESS_EVERY_MS = 200;
const WITHIN_MS = 100;

claim(
  `at ${PER_SECOND} requests a second for ${SECONDS} s nothing is lost and a key is answered within ${WITHIN_MS} ms`,
  async ({ program, page, see }) => {
    await see.row(`calm${CALM - 1}`).waitFor();
    await see.choose(`calm${CALM - 1}`);
    await page.evaluate(listenToKeys);
    const sender = send(program.webhook);
    let sending = true;
    sender.finally(() => (sending = false)).catch(() => undefined);
    while (sending) {
      await page.keyboard.press("j");
      await delay(PRESS_EVERY_MS);
    }
    const { answered, failures, seconds } = await sender;
    const waits = (await page.evaluate(() => globalThis.answeredKeys)).toSorted((a, b) => a - b);
    const share = (/** @type {number} */ part) =>
      waits[Math.min(waits.length - 1, Math.floor(waits.length * part))].toFixed(1);
    process.stdout.write(
      `${answered} answered of ${COUNT} in ${seconds.toFixed(1)} s; ${waits.length} keys: ` +
        `median ${share(0.5)} ms, p95 ${share(0.95)} ms, longest ${share(1)} ms\n`,
    );
    assert.deepEqual(failures, []);
    assert.equal(answered, COUNT);
    const { counts } = await eventually(
      "all of them kept",
      () => program.api("GET", "/status"),
      (now) => now.counts.exchanges >= COUNT + CALM,
    );
    assert.equal(counts.exchanges, COUNT + CALM, "none twice");
    await see.counted(`${(COUNT + CALM).toLocaleString("en")} exchanges`);
    assert.ok(waits.length > SECONDS, "keys were pressed all along");
    assert.ok(Math.max(...waits) < WITHIN_MS, `the longest wait was ${share(1)} ms`);
  },
  {
    settings: { grouping: "flat" },
    given: async (program) => {
      for (let at = 0; at < CALM; at += 1) await program.post(turn(`calm${at}`));
    },
  },
);

/** @param {string} url */
async function send(url) {
  const args = [path.join(import.meta.dirname, "sender.mjs"), url, String(COUNT), String(PER_SECOND)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout);
}

/** In the page: from the press of a key to the frame in which another row is the chosen one. */
function listenToKeys() {
  const GIVE_UP_MS = 2000;
  globalThis.answeredKeys = [];
  const chosen = () => document.querySelector('[role="tree"]')?.getAttribute("aria-activedescendant");
  addEventListener(
    "keydown",
    (event) => {
      const before = chosen();
      const look = () => {
        const waited = performance.now() - event.timeStamp;
        if (chosen() !== before || waited > GIVE_UP_MS) globalThis.answeredKeys.push(waited);
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    },
    { capture: true },
  );
}
