import { afterEach, expect, test, vi } from "vitest";

import { Api } from "./api";
import { makeClient } from "./client";
import { ApiError, Unreachable } from "./errors";

afterEach(() => vi.unstubAllGlobals());

/** The page's calls to a program that answers with what `answer` makes. */
function calls(answer: () => Response): Api {
  vi.stubGlobal("fetch", () => Promise.resolve().then(answer));
  return new Api(makeClient({ base: "http://127.0.0.1", credentials: null, language: () => "en" }));
}

/** An answer whose body breaks off, as that of a program which is killed does. */
function brokenOff(status = 200, headers: Record<string, string> = {}): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('{"ex'));
    },
    pull(controller) {
      controller.error(new TypeError("network error"));
    },
  });
  return new Response(body, { status, headers });
}

const READERS: Record<string, (api: Api) => Promise<unknown>> = {
  "a document": (api) => api.status(),
  "an answer without a document": (api) => api.release("1"),
  "a poll": (api) => api.events(0, 0, new AbortController().signal),
  "a body": (api) => api.body("1", "request", {}),
  "a body's text": (api) => api.text("1", "request", "json"),
};

test.each(Object.entries(READERS))("%s that breaks off is a lost connection", async (_, read) => {
  await expect(read(calls(() => brokenOff()))).rejects.toBeInstanceOf(Unreachable);
  await expect(read(calls(() => brokenOff(200, { "Content-Length": "100" })))).rejects.toBeInstanceOf(Unreachable);
  await expect(read(calls(() => brokenOff(404)))).rejects.toBeInstanceOf(Unreachable);
});

test.each(Object.entries(READERS))("%s from nobody is a lost connection, and an abort is none", async (_, read) => {
  const throwing = (error: unknown) =>
    calls(() => {
      throw error;
    });
  await expect(read(throwing(new TypeError("Failed to fetch")))).rejects.toBeInstanceOf(Unreachable);
  const abort = new DOMException("aborted", "AbortError");
  await expect(read(throwing(abort))).rejects.toBe(abort);
});

test("a refusal of a body is an error with its code", async () => {
  const api = calls(() => Response.json({ code: "not_json", message: "The body is not JSON." }, { status: 409 }));
  const refused = api.body("1", "request", { pretty: true });
  await expect(refused).rejects.toBeInstanceOf(ApiError);
  await expect(refused).rejects.toHaveProperty("code", "not_json");
});

test("an empty body is no bytes, and one that is no JSON after all is read as it is", async () => {
  const empty = calls(() => new Response(null, { status: 200, headers: { "Content-Length": "0" } }));
  expect((await empty.body("1", "request", {})).bytes).toHaveLength(0);
  const answers = [Response.json({ code: "not_json", message: "No." }, { status: 409 }), new Response("{город")];
  const text = await calls(() => answers.shift() ?? Response.error()).text("1", "request", "json");
  expect(text).toBe("{город");
});
