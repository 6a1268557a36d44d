/**
 * One claim about the page: a program and a Chromium page of its own, both gone afterwards. A claim
 * that fails leaves a picture; a script error or a broken content policy fails every claim.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";

import { chromium } from "playwright-core";

import { PageObject } from "./page-object.mjs";
import { startProgram } from "./program.mjs";
import { TIMEOUT_MS, sentenceOf } from "./wait.mjs";
import { leftOut } from "./wanted.mjs";

export const SHOTS = path.resolve(import.meta.dirname, "../shots");
const TEST_WITHIN_MS = 120_000;
/** What Chromium says of a call that no whole answer came to. */
const NO_ANSWER = /^Failed to load resource: net::ERR_/;
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const CONTEXT = {
  viewport: { width: 1280, height: 800 },
  locale: "en-US",
  reducedMotion: /** @type {const} */ ("reduce"),
  permissions: ["clipboard-read", "clipboard-write"],
};

/** @type {import("playwright-core").Browser | undefined} */
let shared;
after(() => shared?.close());

async function browser() {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  shared ??= await chromium.launch({ executablePath, headless: true, args: FLAGS });
  return shared;
}

/**
 * What a claim is given: a program over a directory of its own, and the page. Claims take out of it
 * what they need, so its functions are bound to it.
 */
export class Stage {
  /** @type {import("./program.mjs").Program | undefined} */
  #program;
  /** Addresses of programs that were started, for what the page says of those that have ended. */
  #programs = new Set();

  /**
   * @param {string} dataDir
   * @param {import("playwright-core").Page} page
   */
  constructor(dataDir, page) {
    this.dataDir = dataDir;
    this.page = page;
    /** The page as a person sees it. */
    this.see = new PageObject(page);
  }

  get program() {
    if (this.#program === undefined) throw new Error("The program was not started.");
    return this.#program;
  }

  /**
   * Starts the program, or starts it again over the same directory.
   * @type {(control?: string) => Promise<import("./program.mjs").Program>} `control` is where its
   *   control API is to listen
   */
  restart = async (control) => {
    this.#program = await startProgram({ dataDir: this.dataDir, control });
    this.#programs.add(this.#program);
    return this.#program;
  };

  /**
   * Whether a call failed because its program has ended. Which of the connection's errors Chromium
   * names then depends on how far the call had come, so all of them count.
   * @param {Complaint} complaint
   */
  isOfEnded({ text, url }) {
    if (!NO_ANSWER.test(text) || !URL.canParse(url)) return false;
    return [...this.#programs].some((one) => one.hasEnded && one.control === new URL(url).origin);
  }

  /** Opens the page, or opens it again. */
  open = async () => {
    await this.page.goto("about:blank");
    await this.page.goto(this.program.ui);
    await this.see.ready();
  };

  /** Ends the program, if it was started. */
  async stop() {
    await this.#program?.stop();
  }
}

/**
 * @param {string} sentence what is claimed
 * @param {(stage: Stage) => Promise<unknown>} body
 * @param {object} [options]
 * @param {(program: Stage["program"]) => Promise<unknown>} [options.given] what happened before the
 *   page was opened
 * @param {object} [options.settings] of the program
 * @param {RegExp} [options.mayFail] errors in the page's console that belong to the claim, beside
 *   those of calls to a program that the claim has ended
 */
export function claim(sentence, body, options = {}) {
  const { given, settings = {}, mayFail } = options;
  test(sentence, { timeout: TEST_WITHIN_MS, skip: leftOut(sentence) }, async () => {
    const chromium = await browser();
    const context = await chromium.newContext(CONTEXT);
    context.setDefaultTimeout(TIMEOUT_MS);
    const dataDir = await mkdtemp(path.join(tmpdir(), "hookloupe-e2e-"));
    const stage = new Stage(dataDir, await context.newPage());
    const complaints = listen(stage.page, mayFail);
    const problems = () => complaints.filter((one) => !stage.isOfEnded(one)).map(({ text, url }) => `${text} ${url}`);
    try {
      const program = await stage.restart();
      await program.api("PATCH", "/settings", { language: "en", theme: "light", ...settings });
      await given?.(program);
      await stage.open();
      await body(stage);
      if (problems().length > 0) throw new Error(`The page complained:\n${problems().join("\n")}`);
    } catch (problem) {
      const picture = await takePicture(stage.page, `failed-${sentence}`).catch(() => "none");
      const said = problems().map((one) => `\nConsole: ${one}`);
      throw new Error(`${sentenceOf(problem)}\nPicture: ${picture}${said.join("")}`, { cause: problem });
    } finally {
      await context.close();
      await stage.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  });
}

/** @typedef {{ text: string, url: string }} Complaint */

/**
 * Collects what the page complains of. A refusal by the program is the page's to handle, and no
 * error.
 * @param {import("playwright-core").Page} page
 * @param {RegExp} [mayFail]
 */
function listen(page, mayFail) {
  /** @type {Complaint[]} */
  const complaints = [];
  const refusal = /^Failed to load resource: the server responded with a status of 4\d\d/;
  const add = (/** @type {string} */ text, url = "") => {
    if (!refusal.test(text) && !mayFail?.test(text)) complaints.push({ text, url });
  };
  page.on("pageerror", (error) => add(`${error.message}\n${error.stack ?? ""}`));
  page.on("console", (message) => {
    if (message.type() === "error") add(message.text(), message.location().url);
  });
  return complaints;
}

/**
 * Saves a picture of the page under `shots/` and gives its path.
 * @param {import("playwright-core").Page} page
 * @param {string} name
 */
export async function takePicture(page, name) {
  await mkdir(SHOTS, { recursive: true });
  const file = path.join(SHOTS, `${name.replaceAll(/[^\p{L}\p{N}]+/gu, "-").slice(0, 90)}.png`);
  await page.screenshot({ path: file, animations: "disabled" });
  return file;
}
