import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Api } from "../api/api";
import { ApiError } from "../api/errors";
import type { AnswerBody, Exchange, Preview } from "../api/types";
import { Drafts } from "./drafts.svelte";

const START = { status: 200, headers: [["Content-Type", "application/json"]] as [string, string][], body: "{}" };
const preview = (bytes: number): Preview => ({
  bytes,
  variables: [],
  outcome: { merged: true, reason: null },
  findings: [],
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a draft outlives a change of selection", () => {
  const drafts = new Drafts({ preview: () => Promise.resolve(preview(1)) } as unknown as Api);
  drafts.of("a", START).edit('{"x":1}');
  drafts.of("b", START);
  expect(drafts.of("a", START).text).toBe('{"x":1}');
});
test("the preview follows the typing, however long it goes on, and one at a time", async () => {
  const asked: AnswerBody[] = [];
  const settle: ((answer: Preview) => void)[] = [];
  const api = {
    preview: (_: string, body: AnswerBody) => {
      asked.push(body);
      return new Promise<Preview>((resolve) => settle.push(resolve));
    },
  } as unknown as Api;
  const draft = new Drafts(api).of("a", START);
  for (let typed = 1; typed <= 6; typed += 1) {
    draft.edit("1".repeat(typed));
    await vi.advanceTimersByTimeAsync(50);
  }
  expect(asked.map((one) => one.body)).toEqual(["111"]);
  settle[0]?.(preview(3));
  await vi.advanceTimersByTimeAsync(160);
  expect(draft.preview?.bytes).toBe(3);
  expect(asked.map((one) => one.body)).toEqual(["111", "111111"]);
  settle[1]?.(preview(6));
  await vi.advanceTimersByTimeAsync(0);
  expect(draft.preview?.bytes).toBe(6);
});
test("an answer that came too late keeps its text and says so", async () => {
  const api = { answer: () => Promise.reject(new ApiError(409, "not_held", "late")) } as unknown as Api;
  const draft = new Drafts(api).of("a", START);
  draft.text = "mine";
  await draft.send();
  expect(draft.sending).toBe("too_late");
  expect(draft.text).toBe("mine");
});
test("another failure is thrown and the draft can be sent again", async () => {
  const api = { answer: () => Promise.reject(new ApiError(500, "internal", "no")) } as unknown as Api;
  const draft = new Drafts(api).of("a", START);
  await expect(draft.send()).rejects.toThrow("no");
  expect(draft.sending).toBe("open");
});
test("the body goes out as written and headers without a name stay behind", () => {
  const draft = new Drafts({} as unknown as Api).of("a", START);
  draft.text = '{"n": 9007199254740993}';
  draft.headers = [
    ["", "x"],
    [" X-A ", "1"],
  ];
  expect(draft.body()).toEqual({ status: 200, headers: [["X-A", "1"]], body: '{"n": 9007199254740993}' });
});
test("a status that is none is reported before it is sent", () => {
  const draft = new Drafts({} as unknown as Api).of("a", START);
  draft.statusText = "2000";
  expect(draft.status).toBeNull();
  draft.statusText = "204";
  expect(draft.status).toBe(204);
});
test("only so many drafts are kept, and what was typed in goes last", () => {
  const drafts = new Drafts({ preview: () => Promise.resolve(preview(1)) } as unknown as Api);
  drafts.of("typed", START).edit("keep me");
  for (let index = 0; index < 100; index += 1) drafts.of(`other${index}`, START);
  expect(drafts.find("typed")?.text).toBe("keep me");
  expect(drafts.find("other0")).toBeNull();
});

const SERVER = {
  after_ms: 12,
  status: 201,
  headers: [["X-Own", "1"]],
  body: { bytes: 7, kind: "json", truncated: false },
};
const held = { id: "a", bot: "b", state: "held", upstream: SERVER } as unknown as Exchange;
/** A program whose server has answered; `sent` is what was asked of it. */
function withServer(sent: string[]): Drafts {
  return new Drafts({
    preview: () => Promise.resolve(preview(1)),
    text: () => Promise.resolve('{"a": 1}'),
    release: (id: string) => Promise.resolve(void sent.push(`release ${id}`)),
    answer: (id: string, { body }: AnswerBody) => Promise.resolve(void sent.push(`answer ${id} ${body}`)),
  } as unknown as Api);
}
test("a server's answer stands where nothing was written, and goes out as it came until it is changed", async () => {
  const sent: string[] = [];
  const drafts = withServer(sent);
  const draft = drafts.begin("a", null);
  await drafts.adopt(held, null);
  expect(draft.given).toEqual({ status: 201, headers: [["X-Own", "1"]], body: '{"a": 1}' });
  expect([draft.isAsServer, draft.touched, draft.overtaken]).toEqual([true, false, false]);
  draft.edit('{"a": 2}');
  expect(draft.isAsServer).toBe(false);
  draft.edit('{"a": 1}');
  expect(draft.isAsServer, "changed back").toBe(true);
  await draft.send();
  expect(sent).toEqual(["release a"]);
});
test("a server's answer does not take the place of what was written until it is asked to", async () => {
  const sent: string[] = [];
  const drafts = withServer(sent);
  const draft = drafts.begin("a", null);
  draft.edit('{"mine": 1}');
  await drafts.adopt(held, null);
  expect([draft.text, draft.overtaken]).toEqual(['{"mine": 1}', true]);
  draft.takeServer();
  expect([draft.text, draft.overtaken]).toEqual(['{"a": 1}', false]);
  draft.edit('{"mine": 2}');
  await draft.send();
  expect(sent).toEqual(['answer a {"mine": 2}']);
});
test("an answer that is no text is not taken over", async () => {
  const drafts = withServer([]);
  await drafts.adopt({ ...held, upstream: { ...SERVER, body: { ...SERVER.body, kind: "binary" } } } as Exchange, null);
  expect(drafts.find("a")?.server).toBeNull();
  expect(drafts.find("a")?.text).toBe("{}");
});
