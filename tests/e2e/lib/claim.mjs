/**
 * One claim about the page: a program and a Chromium page of its own, both gone afterwards. A claim that
 * fails leaves a picture; a script error or a broken content policy fails every claim.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";

import { chromium } from "playwright-core";

import { Inspector } from "./inspector.mjs";
import { startProgram } from "./program.mjs";
import { PATIENCE_MS } from "./wait.mjs";

export const SHOTS = path.resolve(import.meta.dirname, "../shots");
const TEST_WITHIN_MS = 120_000;
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

let browser;
after(() => browser?.close());

async function theBrowser() {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  browser ??= await chromium.launch({ executablePath, headless: true, args: FLAGS });
  return browser;
}

/**
 * @typedef {object} Stage
 * @property {Awaited<ReturnType<typeof startProgram>>} program
 * @property {Inspector} see the page as a person sees it
 * @property {import("playwright-core").Page} page
 * @property {string} dataDir
 * @property {(control?: string) => Promise<any>} restart starts the program again over the same directory
 * @property {() => Promise<void>} open opens the page, or opens it anew
 */

/**
 * @param {string} sentence what is claimed
 * @param {(stage: Stage) => Promise<void>} body
 * @param {object} [options]
 * @param {(program: Stage["program"]) => Promise<void>} [options.given] what happened before the page was opened
 * @param {object} [options.settings] of the program
 * @param {RegExp} [options.mayFail] errors in the page's console that belong to the claim
 */
export function claim(sentence, body, options = {}) {
  const { given, settings = {}, mayFail } = options;
  test(sentence, { timeout: TEST_WITHIN_MS }, async () => {
    const dataDir = await mkdtemp(path.join(tmpdir(), "hookloupe-e2e-"));
    const running = await (await theBrowser()).newContext({
      viewport: { width: 1280, height: 800 },
      locale: "en-US",
      reducedMotion: "reduce",
      permissions: ["clipboard-read", "clipboard-write"],
    });
    running.setDefaultTimeout(PATIENCE_MS);
    const stage = { dataDir, program: null, page: await running.newPage(), see: null };
    const problems = listen(stage.page, mayFail);
    try {
      stage.restart = async (control) => (stage.program = await startProgram({ dataDir, control }));
      stage.open = async () => {
        await stage.page.goto("about:blank");
        await stage.page.goto(stage.program.ui);
        await stage.see.ready();
      };
      stage.see = new Inspector(stage.page);
      await stage.restart();
      await stage.program.api("PATCH", "/settings", { language: "en", theme: "light", ...settings });
      await given?.(stage.program);
      await stage.open();
      await body(stage);
      if (problems.length > 0) throw new Error(`The page complained:\n${problems.join("\n")}`);
    } catch (problem) {
      const picture = await takePicture(stage.page, `failed-${sentence}`).catch(() => "none");
      const complaints = problems.map((one) => `\nConsole: ${one}`).join("");
      throw new Error(`${problem.message}\nPicture: ${picture}${complaints}`, { cause: problem });
    } finally {
      await running.close();
      await stage.program?.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  });
}

/** Collects what the page complains of. A refusal by the program is the page's to handle, and no error. */
function listen(page, mayFail) {
  const problems = [];
  const refusal = /^Failed to load resource: the server responded with a status of 4\d\d/;
  const note = (text) => refusal.test(text) || mayFail?.test(text) || problems.push(text);
  page.on("pageerror", (error) => note(`${error.message}\n${error.stack ?? ""}`));
  page.on("console", (message) => {
    if (message.type() === "error") note(`${message.text()} ${message.location().url}`);
  });
  return problems;
}

/** Saves a picture of the page under `shots/` and gives its path. */
export async function takePicture(page, name) {
  await mkdir(SHOTS, { recursive: true });
  const file = path.join(SHOTS, `${name.replaceAll(/[^\p{L}\p{N}]+/gu, "-").slice(0, 90)}.png`);
  await page.screenshot({ path: file, animations: "disabled" });
  return file;
}
