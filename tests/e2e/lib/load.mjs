/** A crowd of bots: many requests over a few kept connections, at full speed or at a given rate. */
import { Agent, request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

/** @typedef {(at: number) => Promise<void>} Post */

/** How often a paced sender catches up with its clock. */
const BEAT_MS = 5;

/**
 * Posts `count` bodies and counts the whole answers with status 200.
 * @param {string} url
 * @param {{ count: number, connections: number, body: (at: number) => string, perSecond?: number }}
 *   options
 */
export async function sendMany(url, { count, connections, body, perSecond }) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const headers = { "content-type": "application/json" };
  let answered = 0;
  /** @type {(string | number | undefined)[]} */
  const failures = [];
  /** @type {Post} */
  const post = (at) =>
    new Promise((resolve) => {
      const bytes = Buffer.from(body(at));
      const sent = request(url, { method: "POST", agent, headers: { ...headers, "content-length": bytes.length } });
      sent.on("response", (answer) => {
        answer.on("end", () => {
          if (answer.statusCode === 200) answered += 1;
          else failures.push(answer.statusCode);
          resolve();
        });
        answer.resume();
      });
      sent.on("error", (/** @type {NodeJS.ErrnoException} */ error) => {
        failures.push(error.code ?? error.message);
        resolve();
      });
      sent.end(bytes);
    });
  const started = performance.now();
  if (perSecond === undefined) await byConnections(count, connections, post);
  else await byClock(count, perSecond, post);
  const seconds = (performance.now() - started) / 1000;
  agent.destroy();
  return { answered, failures, seconds };
}

/**
 * As fast as the connections carry.
 * @param {number} count
 * @param {number} connections
 * @param {Post} post
 */
async function byConnections(count, connections, post) {
  let next = 0;
  const worker = async () => {
    while (next < count) await post(next++);
  };
  await Promise.all(Array.from({ length: connections }, worker));
}

/**
 * At a steady rate, whatever the answers take.
 * @param {number} count
 * @param {number} perSecond
 * @param {Post} post
 */
async function byClock(count, perSecond, post) {
  const started = performance.now();
  const all = [];
  while (all.length < count) {
    const due = Math.min(count, Math.floor(((performance.now() - started) / 1000) * perSecond) + 1);
    while (all.length < due) all.push(post(all.length));
    await delay(BEAT_MS);
  }
  await Promise.all(all);
}
