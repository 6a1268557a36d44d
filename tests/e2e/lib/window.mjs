/**
 * The real window, driven over WebDriver: tauri-driver in front of WebKit's own driver, spoken to
 * with plain `fetch`. Where no display is named, one of our own is started; `cargo xtask test`
 * names one.
 *
 *   const window = await openWindow({ dataDir });
 *   await window.click("button[name=sample]");
 *   assert.match(await window.text("main"), /event1/);
 *   await window.close();
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";

import { reservePort } from "./reserved-port.mjs";
import { sentenceOf } from "./wait.mjs";

const BIN_DIR = process.env.HOOKLOUPE_BIN_DIR ?? path.resolve(import.meta.dirname, "../../../target/debug");
const SHOTS = path.resolve(import.meta.dirname, "../shots");
const APP = path.join(BIN_DIR, "hookloupe");
/** WebDriver's name for "here is an element", fixed by its standard. */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
const LOOK_EVERY_MS = 50;
const FIND_WITHIN_MS = 30_000;
const START_WITHIN_MS = 60_000;
const END_WITHIN_MS = 30_000;

/**
 * Starts everything and resolves once the page has loaded.
 * @param {{ dataDir: string, env?: NodeJS.ProcessEnv, args?: string[] }} options
 */
export async function openWindow({ dataDir, env = {}, args = [] }) {
  const display = await ownDisplay();
  const ports = [await reservePort(), await reservePort()];
  const [port, nativePort] = ports.map(({ number }) => number);
  const childEnv = { ...process.env, ...env, ...(display && { DISPLAY: display.name, GDK_BACKEND: "x11" }) };
  const driver = spawn("tauri-driver", ["--port", String(port), "--native-port", String(nativePort)], {
    env: childEnv,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  driver.stderr.on("data", (chunk) => (said += chunk));
  // A test that fails half-way leaves nothing behind: the app outlives its driver.
  let kill = () => {};
  const abandon = () => {
    quietly(kill);
    driver.kill("SIGKILL");
    display?.process.kill("SIGKILL");
  };
  process.once("exit", abandon);
  const stop = async () => {
    process.off("exit", abandon);
    await end(driver);
    for (const { release } of ports) release();
    if (display) await end(display.process);
  };
  try {
    const client = new Client(`http://127.0.0.1:${port}`);
    await until("tauri-driver to listen", START_WITHIN_MS, () => client.listens());
    await client.start({ application: APP, args: ["--data-dir", dataDir, ...args] });
    const pid = await processOf(dataDir);
    kill = () => process.kill(pid, "SIGKILL");
    const window = new Window(client, stop, pid);
    await window.until(
      "the page to load",
      "return location.href !== 'about:blank' && document.readyState === 'complete'",
    );
    return window;
  } catch (problem) {
    await stop();
    throw new Error(`The window did not open: ${sentenceOf(problem)}\n${said}`, { cause: problem });
  }
}

/** The wire: one session of one driver. */
class Client {
  /** @param {string} base */
  constructor(base) {
    this.base = base;
    this.session = base;
  }

  async listens() {
    const answer = await fetch(`${this.base}/status`).catch(() => null);
    return answer?.ok ?? false;
  }

  /** @param {object} options Tauri's own: which program, and its arguments */
  async start(options) {
    const wanted = { alwaysMatch: { browserName: "wry", "tauri:options": options } };
    const { sessionId } = await this.call("POST", "/session", { capabilities: wanted });
    this.session = `${this.base}/session/${sessionId}`;
    await this.call("POST", "/timeouts", { script: 30_000, pageLoad: 30_000, implicit: 0 });
  }

  /**
   * @param {string} method
   * @param {string} route
   * @param {unknown} [body]
   * @returns {Promise<any>}
   */
  async call(method, route, body) {
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    const init = { method, headers: { "content-type": "application/json" }, ...json };
    const answer = await fetch(this.session + route, init);
    const { value } = await answer.json();
    if (!answer.ok) throw new WebDriverError(value);
    return value;
  }
}

/** A refusal of the driver; `code` is WebDriver's, such as `no such element`. */
class WebDriverError extends Error {
  /** @param {{ error: string, message: string }} value */
  constructor(value) {
    super(`${value.error}: ${value.message}`);
    this.code = value.error;
  }
}

/** What a test does with the window. Every selector is CSS; finding waits. */
export class Window {
  /**
   * @param {Client} client
   * @param {() => Promise<void>} stop ends the drivers
   * @param {number} pid the app's
   */
  constructor(client, stop, pid) {
    this.client = client;
    this.stop = stop;
    this.pid = pid;
  }

  /**
   * The first element that fits, waited for.
   * @param {string} selector
   * @returns {Promise<string>}
   */
  async find(selector, withinMs = FIND_WITHIN_MS) {
    const found = await until(`an element ${selector}`, withinMs, async () => {
      const elements = await this.client.call("POST", "/elements", { using: "css selector", value: selector });
      return elements[0];
    });
    return found[ELEMENT];
  }

  /** @param {string} selector */
  async click(selector) {
    await this.#retried(selector, (id) => this.client.call("POST", `/element/${id}/click`, {}));
  }

  /**
   * Types into an element after emptying it.
   * @param {string} selector
   * @param {string} text
   */
  async fill(selector, text) {
    await this.#retried(selector, (id) => this.client.call("POST", `/element/${id}/clear`, {}));
    await this.type(selector, text);
  }

  /**
   * @param {string} selector
   * @param {string} text
   */
  async type(selector, text) {
    await this.#retried(selector, (id) => this.client.call("POST", `/element/${id}/value`, { text }));
  }

  /**
   * What an element shows; WebKit's own answer leaves out what is cut by an ellipsis.
   * @param {string} selector
   * @returns {Promise<string>}
   */
  async text(selector) {
    return this.#retried(selector, (id) => this.eval("return arguments[0].innerText", { [ELEMENT]: id }));
  }

  /**
   * Presses keys where the focus is: `press("Control", "Enter")`.
   * @param {string[]} keys
   */
  async press(...keys) {
    const values = keys.map((key) => KEYS[key] ?? key);
    const down = values.map((value) => ({ type: "keyDown", value }));
    const up = values.toReversed().map((value) => ({ type: "keyUp", value }));
    const actions = [{ type: "key", id: "keyboard", actions: [...down, ...up] }];
    await this.client.call("POST", "/actions", { actions });
  }

  /**
   * Runs a function body in the page: `eval("return arguments[0] + 1", 1)`.
   * @param {string} script
   * @param {unknown[]} args
   */
  async eval(script, ...args) {
    return this.client.call("POST", "/execute/sync", { script, args });
  }

  /**
   * Runs an async function body in the page, which finds what was given in `args`.
   * @param {string} script
   * @param {unknown[]} args
   */
  async evalAsync(script, ...args) {
    const wrapped = `const [args, done] = arguments;
      (async () => { ${script} })()
        .then((value) => done({ value }), (problem) => done({ problem: String(problem) }));`;
    const { value, problem } = await this.client.call("POST", "/execute/async", { script: wrapped, args: [args] });
    if (problem) throw new Error(problem);
    return value;
  }

  /**
   * Calls the control API from within the page, as the page itself does: `api("GET", "/status")`.
   * @param {string} method
   * @param {string} route
   * @param {unknown} [body]
   */
  async api(method, route, body) {
    const call = `const [method, route, body] = args;
      const headers = { "content-type": "application/json" };
      const answer = await fetch("/api/v1" + route, { method, headers, ...(body && { body: JSON.stringify(body) }) });
      const text = await answer.text();
      if (!answer.ok) throw new Error([method, route, answer.status, text].join(" "));
      return text ? JSON.parse(text) : null;`;
    return this.evalAsync(call, method, route, body ?? null);
  }

  /**
   * Waits until a function body in the page returns something true, and gives it.
   * @param {string} what
   * @param {string} script
   */
  async until(what, script, withinMs = FIND_WITHIN_MS) {
    return until(what, withinMs, () => this.eval(script));
  }

  /**
   * Waits until an element's text fits.
   * @param {string} selector
   * @param {RegExp} pattern
   */
  async seeText(selector, pattern, withinMs = FIND_WITHIN_MS) {
    let last = "";
    return until(
      () => `${selector} to show ${pattern}; it shows: ${last}`,
      withinMs,
      async () => {
        last = await this.text(selector);
        return pattern.test(last) ? last : null;
      },
    );
  }

  /**
   * Saves what the window shows as `shots/NAME.png` and gives the path.
   * @param {string} name
   */
  async screenshot(name) {
    const picture = Buffer.from(await this.client.call("GET", "/screenshot"), "base64");
    await mkdir(SHOTS, { recursive: true });
    const file = path.join(SHOTS, `${name}.png`);
    await writeFile(file, picture);
    return file;
  }

  /** Ends the app as a session's end does, with SIGTERM, so that it flushes; then the drivers. */
  async close() {
    await this.#end("SIGTERM");
  }

  /** Ends the app as a crash does. */
  async kill() {
    await this.#end("SIGKILL");
  }

  /** @param {NodeJS.Signals} signal */
  async #end(signal) {
    process.kill(this.pid, signal);
    await until("the app to end", END_WITHIN_MS, async () => !(await isRunning(this.pid)));
    await this.stop();
  }

  /**
   * Lists are drawn again while a test looks at them: an element that went stale is looked for
   * again.
   * @template T
   * @param {string} selector
   * @param {(id: string) => Promise<T>} act
   * @returns {Promise<T>}
   */
  async #retried(selector, act) {
    const passing = ["stale element reference", "element click intercepted", "element not interactable"];
    const done = await until(`${selector} to keep still`, FIND_WITHIN_MS, async () => {
      try {
        return { value: await act(await this.find(selector)) };
      } catch (problem) {
        if (problem instanceof WebDriverError && passing.includes(problem.code)) return null;
        throw problem;
      }
    });
    return done.value;
  }
}

/**
 * The keys that have no character, as WebDriver writes them.
 * @type {Record<string, string>}
 */
const KEYS = {
  Control: "\uE009",
  Shift: "\uE008",
  Alt: "\uE00A",
  Enter: "\uE007",
  Escape: "\uE00C",
  Tab: "\uE004",
  Backspace: "\uE003",
  Delete: "\uE017",
  ArrowUp: "\uE013",
  ArrowDown: "\uE015",
  ArrowLeft: "\uE012",
  ArrowRight: "\uE014",
  Home: "\uE011",
  End: "\uE010",
};

/**
 * The app that WebKit's driver started: it reports the process to nobody, but the arguments do.
 * @param {string} dataDir
 */
async function processOf(dataDir) {
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const words = (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).split("\0");
    if (words[0] === APP && words.includes(dataDir)) return Number(pid);
  }
  throw new Error(`No process of ${APP} runs over ${dataDir}.`);
}

/**
 * Whether a process runs; one that has ended and was not fetched by its parent does not.
 * @param {number} pid
 */
async function isRunning(pid) {
  const status = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
  return status !== null && !/\) Z /.test(status);
}

async function ownDisplay() {
  if (process.env.DISPLAY) return null;
  // It picks a free number and writes it on the file descriptor named.
  const args = ["-displayfd", "1", "-screen", "0", "1600x1000x24", "-nolisten", "tcp", "-noreset"];
  const server = spawn("Xvfb", args, { stdio: ["ignore", "pipe", "ignore"] });
  for await (const number of createInterface(server.stdout)) {
    return { process: server, name: `:${number.trim()}` };
  }
  throw new Error("Xvfb ended without a display.");
}

/** @param {() => void} act */
function quietly(act) {
  try {
    act();
  } catch {
    // Gone already.
  }
}

/** @param {import("node:child_process").ChildProcess} child */
async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const late = delay(END_WITHIN_MS, null, { ref: false }).then(() => child.kill("SIGKILL"));
  await Promise.race([ended, late]);
}

/**
 * Looks until there is something to give.
 * @template T
 * @param {string | (() => string)} what
 * @param {number} withinMs
 * @param {() => Promise<T>} look
 * @returns {Promise<NonNullable<T>>}
 */
async function until(what, withinMs, look) {
  const last = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > last) {
      const named = typeof what === "function" ? what() : what;
      throw new Error(`Waited ${withinMs} ms in vain for ${named}.`);
    }
    await delay(LOOK_EVERY_MS);
  }
}
