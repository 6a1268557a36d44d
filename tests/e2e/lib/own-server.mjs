/**
 * The developer's own webhook server: it answers as it is told, and where it is told to stand at a
 * breakpoint, it answers when it is let go on.
 */
import { once } from "node:events";
import { createServer } from "node:http";

/** @typedef {{ status?: number, headers?: Record<string, string>, body: string }} OwnAnswer */

export class OwnServer {
  /** Requests that came, with their bodies. @type {{ url: string, body: string }[]} */
  requests = [];
  /** @type {OwnAnswer} */
  #answer = { body: "{}" };
  /** @type {Promise<void>} */
  #gate = Promise.resolve();
  #open = () => {};
  #server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    this.requests.push({ url: request.url ?? "", body });
    await this.#gate;
    const { status = 200, headers = { "Content-Type": "application/json" }, body: text } = this.#answer;
    response.writeHead(status, headers).end(text);
  });

  static async start() {
    const own = new OwnServer();
    await once(own.#server.listen(0, "127.0.0.1"), "listening");
    // A claim that fails must not keep the run waiting for it.
    own.#server.unref();
    return own;
  }

  get url() {
    const address = /** @type {import("node:net").AddressInfo} */ (this.#server.address());
    return `http://127.0.0.1:${address.port}`;
  }

  get host() {
    return new URL(this.url).host;
  }

  /** @param {string | OwnAnswer} answer */
  answers(answer) {
    this.#answer = typeof answer === "string" ? { body: answer } : answer;
  }

  /** From now on it answers nothing until it goes on. */
  halt() {
    this.#gate = new Promise((open) => (this.#open = open));
  }

  goOn() {
    this.#open();
  }

  stop() {
    this.#open();
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/**
 * A claim's part with a server of its own, which is gone afterwards.
 * @param {(own: OwnServer) => Promise<unknown>} body
 */
export async function withOwnServer(body) {
  const own = await OwnServer.start();
  try {
    await body(own);
  } finally {
    own.stop();
  }
}
