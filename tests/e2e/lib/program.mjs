/**
 * The program under test: `hookloupe-cli serve` over a directory of its own, on free ports, ended
 * by its process. Its control API is at hand for what a test needs before the page is opened.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";

export const BIN_DIR = process.env.HOOKLOUPE_BIN_DIR ?? path.resolve(import.meta.dirname, "../../../target/debug");
const CLI = path.join(BIN_DIR, "hookloupe-cli");
const END_WITHIN_MS = 30_000;

/**
 * Starts it and resolves when both listeners accept connections.
 * @param {{ dataDir: string, control?: string }} options
 */
export async function startProgram({ dataDir, control = "127.0.0.1:0" }) {
  const args = ["serve", "--listen", "127.0.0.1:0", "--control", control, "--data-dir", dataDir];
  const child = spawn(CLI, args, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk) => (said += chunk));
  const ended = once(child, "exit");
  const abandon = () => child.kill("SIGKILL");
  process.once("exit", abandon);
  ended.then(() => process.off("exit", abandon));
  const line = await Promise.race([once(createInterface(child.stdout), "line"), ended.then(() => null)]);
  if (line === null) throw new Error(`The program ended before it was ready.\n${said}`);
  return new Program(JSON.parse(line[0]), child, ended);
}

/**
 * @typedef {import("node:child_process").ChildProcessByStdio<null, import("node:stream").Readable,
 * import("node:stream").Readable>} Child
 */

export class Program {
  /**
   * @param {{ webhook: string, control: string, token: string, ui: string }} ready
   * @param {Child} child
   * @param {Promise<unknown>} ended
   */
  constructor(ready, child, ended) {
    this.webhook = ready.webhook;
    this.control = ready.control;
    this.token = ready.token;
    this.ui = ready.ui;
    this.pid = child.pid;
    this.child = child;
    this.ended = ended;
  }

  /**
   * Calls the control API; a refusal is an error that says so.
   * @param {string} method
   * @param {string} route
   * @param {unknown} [body]
   * @returns {Promise<any>}
   */
  async api(method, route, body) {
    const headers = { authorization: `Bearer ${this.token}`, "content-type": "application/json" };
    const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const answer = await fetch(`${this.control}/api/v1${route}`, init);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${route}: ${answer.status} ${text}`);
    return text === "" ? null : JSON.parse(text);
  }

  /**
   * Lets a person answer, or changes how; gives what stands then.
   * @param {object} change
   * @param {string} [bot]
   */
  async answering(change, bot) {
    const query = bot === undefined ? "" : `?bot=${bot}`;
    const now = await this.api("GET", `/answering${query}`);
    return this.api("PUT", `/answering${query}`, { ...now, ...change });
  }

  /** Holds every turn for a person, for ten minutes where nothing else is given. */
  async hold(seconds = 600, fallback = "default") {
    await this.answering({ mode: "hold", hold: { seconds, fallback } });
  }

  /**
   * All exchanges stored, newest first.
   * @returns {Promise<any[]>}
   */
  async exchanges(filter = "") {
    const query = new URLSearchParams({ limit: "1000", filter });
    return (await this.api("GET", `/exchanges?${query}`)).exchanges;
  }

  /**
   * Posts a body to the webhook as a bot does, byte for byte, and gives what it got, byte for byte.
   * @param {string | Uint8Array<ArrayBuffer>} body
   * @param {{ to?: string, headers?: Record<string, string>, signal?: AbortSignal }} [options]
   */
  async post(body, { to = this.webhook, headers = {}, signal } = {}) {
    const init = { method: "POST", headers: { "content-type": "application/json", ...headers }, body, signal };
    const answer = await fetch(to, init);
    const bytes = Buffer.from(await answer.arrayBuffer());
    return { status: answer.status, headers: answer.headers, bytes, text: bytes.toString("utf8") };
  }

  /** Whether its process is over. */
  get hasEnded() {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Ends it as Ctrl-C does. */
  async stop() {
    await this.#end("SIGTERM");
  }

  /** Ends it as a crash does. */
  async kill() {
    await this.#end("SIGKILL");
  }

  /** @param {NodeJS.Signals} signal */
  async #end(signal) {
    if (this.hasEnded) return;
    this.child.kill(signal);
    const late = setTimeout(() => this.child.kill("SIGKILL"), END_WITHIN_MS);
    await this.ended;
    clearTimeout(late);
  }
}
