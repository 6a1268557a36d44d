import { createHmac } from "node:crypto";

import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { Api } from "../api/api";
import { makeClient } from "../api/client";
import { Session } from "./session";

/** One run of the program at the page's address, and all that it was sent. */
class Run {
  sent: string[] = [];
  constructor(
    readonly token: string,
    readonly key: string,
    readonly challenge: string,
  ) {}

  async answer(request: Request): Promise<Response> {
    const body = await request.text();
    const bearer = request.headers.get("Authorization");
    this.sent.push(`${request.method} ${request.url} ${bearer ?? ""} ${body}`);
    const path = new URL(request.url).pathname;
    if (path === "/api/v1/session" && request.method === "GET") return Response.json({ challenge: this.challenge });
    if (path === "/api/v1/session") {
      const proof = createHmac("sha256", this.key).update(this.challenge).digest("hex");
      const given = JSON.parse(body) as { word?: string; proof?: string };
      return given.proof === proof || given.word === "word" ? Response.json({ token: this.token }) : refused();
    }
    if (bearer !== `Bearer ${this.token}`) return refused();
    return Response.json(path === "/api/v1/session/key" ? { key: this.key } : { ok: true });
  }
}

const refused = () => Response.json({ code: "unauthorized", message: "No." }, { status: 401 });
let run: Run;

beforeEach(() => {
  sessionStorage.clear();
  vi.stubGlobal("fetch", (input: string | Request, init?: RequestInit) =>
    run.answer(typeof input === "string" ? new Request(new URL(input, location.href), init) : input),
  );
});
afterEach(() => vi.unstubAllGlobals());

/** A page that is opened at this hash; it has learnt what a run tells it. */
async function opened(hash: string): Promise<{ session: Session; api: Api }> {
  history.replaceState(null, "", `/${hash}`);
  const session = await Session.begin();
  await session.learnt;
  const client = makeClient({ base: location.origin, credentials: session, language: () => "en" });
  return { session, api: new Api(client) };
}

test.each(["#token=first", "#once=word"])("a page opened at %s goes on with the next run's token", async (hash) => {
  run = new Run("first", "the key", "a");
  const { session, api } = await opened(hash);
  expect(location.hash).toBe("");
  await api.status();
  run = new Run("second", "the key", "b");
  await Promise.all([api.status(), api.status(), api.release("1")]);
  expect(session.token).toBe("second");
  expect(run.sent.filter((one) => one.includes('"proof"'))).toHaveLength(1);
  const reloaded = await Session.begin();
  expect(reloaded.token).toBe("second");
});

test("whoever has the address is sent the last run's token and no key, and gets nothing for it", async () => {
  run = new Run("first", "the key", "a");
  const { session, api } = await opened("#token=first");
  run = new Run("another's", "another key", "b");
  const another = run;
  await expect(api.status()).rejects.toHaveProperty("status", 401);
  expect(session.token).toBe("first");
  expect(another.sent.join("\n")).not.toContain("the key");
  run = new Run("second", "the key", "c");
  await api.status();
  expect(session.token).toBe("second");
});
