/**
 * A port for a server that a test starts, or starts again, by its number. One that the system chose
 * and that was let go is chosen again for whatever asks next; so this one lies below every system's
 * own range, and its upper neighbour stays bound while it is in use. The Rust tests' `ReservedPort`
 * (`src-tauri/crates/ngrok-standin/src/port.rs`) says more and heeds the same locks.
 */
import { once } from "node:events";
import { createServer } from "node:net";

/** Above 10080, which browsers and node's `fetch` refuse. */
const FIRST = 10_100;
const PAIRS = 2950;

/** @returns {Promise<{ number: number, release: () => void }>} */
export async function reservePort() {
  const start = Math.floor(Math.random() * PAIRS);
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const number = FIRST + ((start + pair) % PAIRS) * 2;
    const lock = await bind(number + 1);
    const own = lock && (await bind(number));
    if (lock && own) {
      own.close();
      await once(own, "close");
      return { number, release: () => lock.close() };
    }
    lock?.close();
  }
  throw new Error("No port is free.");
}

/** @param {number} port */
async function bind(port) {
  const server = createServer().listen(port, "127.0.0.1");
  // A test that fails must not keep the run waiting for it.
  server.unref();
  return once(server, "listening").then(
    () => server,
    () => null,
  );
}
