/**
 * Tunnels that lead nowhere but here: a program that prints an address, and the stand-in for
 * ngrok's service.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";

import { BIN_DIR } from "./program.mjs";
import { eventually } from "./wait.mjs";

const STANDIN = path.join(BIN_DIR, "ngrok-standin");

/**
 * A program as people have one: it prints where it leads from, then stays. Started again it leads
 * from another address, as free services do. It refuses to start while it is told to, and says
 * which process it is, so that it can be ended from outside.
 */
const SCRIPT = `port=$1; here=$2
if [ -e "$here/refuse" ]; then echo "no network"; exit 1; fi
echo "starting"
host=127.0.0.1
if [ -e "$here/pid" ]; then host=localhost; fi
echo $$ > "$here/pid"
echo "forwarding http://$host:$port -> here"
exec tail -f /dev/null
`;

/** What its address looks like among the printed lines. */
export const PATTERN = String.raw`http://(?:127\.0\.0\.1|localhost):\d+`;

export class PrintingProgram {
  /** @param {string} dir where it may leave its files */
  constructor(dir) {
    this.dir = dir;
    this.script = path.join(dir, "prints.sh");
  }

  async write() {
    await writeFile(this.script, SCRIPT);
    return this;
  }

  /** The command as it is typed into the form. */
  get line() {
    return `sh "${this.script}" {port} "${this.dir}"`;
  }

  /** The same as a start of the API. */
  get start() {
    const args = [this.script, "{port}", this.dir];
    return { provider: "command", command: { program: "sh", args, url_pattern: PATTERN } };
  }

  /** From now on it ends at once when it is started. */
  async refuse() {
    await writeFile(path.join(this.dir, "refuse"), "");
  }

  async allow() {
    await rm(path.join(this.dir, "refuse"), { force: true });
  }

  /** Ends the one that runs, as a crash does. */
  async crash() {
    const pid = Number(await readFile(path.join(this.dir, "pid"), "utf8"));
    process.kill(pid, "SIGKILL");
  }
}

/**
 * Starts the stand-in for ngrok's service; `stop` ends it.
 * @param {string} token
 */
export async function startStandin(token) {
  await access(STANDIN).catch(() => {
    throw new Error(`${STANDIN} is missing; cargo build -p ngrok-standin makes it`);
  });
  const child = spawn(STANDIN, ["--token", token], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  const abandon = () => child.kill("SIGKILL");
  process.once("exit", abandon);
  ended.then(() => process.off("exit", abandon));
  const line = await Promise.race([once(createInterface(child.stdout), "line"), ended.then(() => null)]);
  if (line === null) throw new Error("The stand-in ended before it was ready.");
  const stop = async () => {
    child.kill("SIGINT");
    await ended;
  };
  return { ...JSON.parse(line[0]), stop };
}

/**
 * Waits until the tunnel is in a state, and gives it.
 * @param {import("./program.mjs").Program} program
 * @param {string} state
 */
export async function tunnelIs(program, state) {
  return eventually(
    `the tunnel ${state}`,
    () => program.api("GET", "/tunnel"),
    (tunnel) => tunnel.state === state,
  );
}
