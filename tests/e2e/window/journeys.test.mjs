/**
 * Journeys through the real window: the first minute, an answer by hand, the history afterwards,
 * and the log.
 */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";

import { withOwnServer } from "../lib/own-server.mjs";
import { WindowPage } from "../lib/window-page.mjs";
import { turn } from "../lib/turns.mjs";
import { eventually, sentenceOf } from "../lib/wait.mjs";
import { leftOut } from "../lib/wanted.mjs";
import { openWindow } from "../lib/window.mjs";

const JOURNEY_WITHIN_MS = 180_000;

/** @typedef {import("../lib/window.mjs").Window} Window */

/** @typedef {{ window: Window, page: WindowPage }} Opened */

/**
 * @typedef {object} App
 * @property {string} dataDir
 * @property {(env?: NodeJS.ProcessEnv) => Promise<Opened>} open starts it, also once more
 * @property {() => Promise<void>} close
 */

/**
 * A journey over a directory of its own, in English; what is still open at its end is closed.
 * @param {string} sentence
 * @param {(app: App) => Promise<void>} body
 */
function journey(sentence, body) {
  test(sentence, { timeout: JOURNEY_WITHIN_MS, skip: leftOut(sentence) }, async () => {
    const dataDir = await mkdtemp(path.join(tmpdir(), "hookloupe-window-"));
    /** @type {Window[]} */
    const windows = [];
    const open = async (/** @type {NodeJS.ProcessEnv} */ env = {}) => {
      const window = await openWindow({ dataDir, env });
      windows.push(window);
      await window.api("PATCH", "/settings", { language: "en", theme: "light" });
      await window.until("the page in English", "return document.documentElement.lang === 'en'");
      return { window, page: new WindowPage(window) };
    };
    const close = async () => windows.pop()?.close();
    try {
      await body({ dataDir, open, close });
    } catch (problem) {
      const picture = await windows
        .at(-1)
        ?.screenshot(`failed-window-${sentence.replaceAll(/\W+/g, "-")}`)
        .catch(() => "none");
      throw new Error(`${sentenceOf(problem)}\nPicture: ${picture}`, { cause: problem });
    } finally {
      await close();
      await rm(dataDir, { recursive: true, force: true });
    }
  });
}

/**
 * Takes a picture when the letters are there and drawn.
 * @param {Window} window
 * @param {string} name
 */
async function picture(window, name) {
  const drawn = "await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));";
  await window.evalAsync(`await document.fonts.ready; ${drawn}`);
  await window.screenshot(`window-${name}`);
}

/**
 * Posts a turn as a bot does and gives the very bytes it got.
 * @param {Window} window
 * @param {string} body
 */
async function post(window, body) {
  const { webhook } = await window.api("GET", "/status");
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`http://${webhook.addr}/`, { method: "POST", headers, body });
  return { status: answer.status, text: Buffer.from(await answer.arrayBuffer()).toString("utf8") };
}

journey("the first minute in the window ends with a turn looked at", async ({ open }) => {
  const { window, page } = await open();
  await page.find("heading", "The test webhook's address");
  await picture(window, "first-minute");
  await page.click("button", "Send a sample turn");
  await page.find("treeitem", "200");
  await window.seeText("table", /Bot has/);
  await window.seeText("[aria-label='Answer to the bot']", /Default answer/);
  const { exchanges } = await window.api("GET", "/exchanges?limit=10");
  assert.equal(exchanges.length, 1);
  assert.equal(exchanges[0].answered_by, "default");
  await picture(window, "sample");
});

journey("a turn held in the window is answered with exactly what was typed", async ({ open }) => {
  const { window, page } = await open();
  await page.click("radio", "Me", true);
  await eventually(
    "a person answers",
    () => window.api("GET", "/answering"),
    ({ mode }) => mode === "hold",
  );
  const bot = post(window, turn("event1", { more: '"variable1": 50, "big": 9007199254740993' }));
  await page.click("treeitem", "event1");
  await page.find("button", "In: 9007199254740993", true);
  await page.type("textbox", "Answer body, JSON", '{"variable1": 51.0, "город": "Казань"}');
  await page.find("button", "Bot will have: 51.0", true);
  await page.find("button", 'Bot will have: "Казань"', true);
  await picture(window, "held");
  await window.press("Control", "Enter");
  assert.deepEqual(await bot, { status: 200, text: '{"variable1": 51.0, "город": "Казань"}' });
  await page.find("treeitem", "by hand");
  await window.seeText("[aria-label='Answer to the bot']", /Answered by hand/);
  await picture(window, "answered");
});

journey(
  "the window closed with a held turn answers it, and finds it in the history when it is opened again",
  async ({ open, close }) => {
    const first = await open();
    await post(first.window, turn("kept", { more: '"n": 549.0' }));
    await first.page.find("treeitem", "kept");
    await first.page.click("radio", "Me", true);
    await eventually(
      "a person answers",
      () => first.window.api("GET", "/answering"),
      ({ mode }) => mode === "hold",
    );
    const bot = post(first.window, turn("held"));
    await first.page.find("treeitem", "held");
    await close();
    assert.deepEqual(await bot, { status: 200, text: "{}" });
    const { window, page } = await open();
    await page.find("treeitem", "fallback");
    await page.click("treeitem", "kept");
    await page.find("button", "Bot has: 549.0", true);
    await page.find("radio", "Me", true);
    assert.equal((await window.api("GET", "/answering")).mode, "hold", "the choice is remembered");
    await picture(window, "history");
  },
);

journey("my server and me: its answer stands in the editor, is corrected, and both are kept", async ({ open }) =>
  withOwnServer(async (own) => {
    const { window, page } = await open();
    // However long the typing takes, the fallback does not go out meanwhile.
    const answering = await window.api("GET", "/answering");
    await window.api("PUT", "/answering", { ...answering, hold: { ...answering.hold, seconds: 600 } });
    await page.click("radio", "My server and me", true);
    await page.type("textbox", "Address of the server", own.url);
    await page.click("button", "Save", true);
    await page.find("radio", "My server and me", true);
    await eventually(
      "a server and a person",
      () => window.api("GET", "/answering"),
      ({ mode, upstream }) => mode === "upstream_hold" && upstream === own.url,
    );
    own.answers('{"orderStatus": "paid", "discount": "15", "sum": 1098.00}');
    own.halt();
    const bot = post(window, turn("pay", { more: '"sum": 1098.00' }));
    await page.click("treeitem", "pay");
    await eventually(
      "the server to be asked",
      () => own.requests.length,
      (count) => count === 1,
    );
    await window.seeText("[aria-label='Answer to the bot']", /until the fallback answer/);
    own.goOn();
    await window.seeText("[aria-label='Answer body, JSON']", /"discount": "15"/);
    await window.seeText("[aria-label='Answer to the bot']", /the server's answer as it is/);
    await picture(window, "server-answer");
    const corrected = '{"orderStatus": "paid", "discount": 15, "sum": 1098.00}';
    await page.type("textbox", "Answer body, JSON", corrected);
    await page.click("radio", "Difference", true);
    await window.seeText("[aria-label='Difference of the answers']", /"discount": 15/);
    await picture(window, "server-corrected");
    await page.click("radio", "Edit", true);
    await window.press("Control", "Enter");
    assert.deepEqual(await bot, { status: 200, text: corrected });
    await window.seeText("[aria-label='Answer to the bot']", /Answered by my server, edited/);
    await page.click("radio", "Difference", true);
    await window.seeText("[aria-label='Difference of the answers']", /"discount": "15"/);
    const [{ id, answered_by: by }] = (await window.api("GET", "/exchanges?limit=1")).exchanges;
    assert.equal(by, "upstream_edited");
    assert.equal((await window.api("GET", `/exchanges/${id}`)).upstream.status, 200);
    await picture(window, "server-both-kept");
  }),
);

journey("the window opens its newest log in the system's program for it", async ({ dataDir, open }) => {
  // Stands in for the desktop's own: it writes down what it is to open.
  const [opener, opened] = ["xdg-open", "opened"].map((name) => path.join(dataDir, name));
  await writeFile(opener, `#!/bin/sh\nprintf %s "$1" > '${opened}'\n`, { mode: 0o755 });
  const { window, page } = await open({ PATH: `${dataDir}:${process.env.PATH}` });
  await window.press("Control", ",");
  await page.click("button", "About", true);
  await picture(window, "about");
  await page.click("button", "Open the log", true);
  const file = await eventually(
    "the log to be opened",
    () => readFile(opened, "utf8").catch(() => ""),
    (text) => text !== "",
  );
  assert.equal(path.dirname(file), path.join(dataDir, "log"));
  assert.match(path.basename(file), /^hookloupe\.\d{4}-\d\d-\d\d\.log$/);
});
