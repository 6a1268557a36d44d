import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";

import type { Api } from "../api/api";
import { ApiError } from "../api/errors";
import type { BotChange, FeedEvent, PathSample } from "../api/types";
import { Program } from "../stores/program.svelte";
import { summary } from "../stores/sample";
import { Toasts } from "../stores/toasts.svelte";
import { LISTEN_MS } from "./example.svelte";
import { PlatformForms } from "./forms.svelte";
import { fieldsOf } from "./schema";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const rows = { type: "array", items: { properties: { alias: {}, path: {} }, required: ["path"] } };
const SCHEMA = { properties: { headers: rows, query: rows, body: rows } };

function stage(paths: (asked: PathSample) => string[]) {
  const saved: unknown[] = [];
  const own = { body: [{ path: "old", alias: "Старое" }], headers: [{ path: "X-Id", alias: null }] };
  const api = {
    bots: () => Promise.resolve({ bots: [{ id: "b", platform_settings: { nocobase: own } }] }),
    answering: () => Promise.reject(new Error("nobody asks")),
    parsePaths: async (asked: PathSample) => ({ paths: paths(asked).map((path) => ({ path, value: `"${path}"` })) }),
    exchange: () => Promise.resolve({ request: { headers: [["x-id", "7b1c"]] } }),
    changeBot: (_: string, { platform_settings }: BotChange) => {
      saved.push(platform_settings?.["nocobase"]);
      return Promise.resolve({});
    },
  } as unknown as Api;
  const program = new Program(api);
  const forms = new PlatformForms({ api, program, toasts: new Toasts(), now: () => Date.now() });
  const { form, examples } = forms.of("b", "nocobase");
  form.take(fieldsOf(SCHEMA), {});
  onTestFinished(() => examples.stop());
  const arrive = (more: object) =>
    forms.follows.exchange_received({ exchange: summary(1, more) } as unknown as FeedEvent);
  return { form, forms, examples, saved, arrive, ready: () => program.reloadBots() };
}

test("the next request of the bot with a body is the example, and only shown", async () => {
  const { arrive, examples, saved, ready } = stage(({ part }) => (part === "body" ? ["a", "old"] : []));
  await ready();
  arrive({ request_bytes: 5 });
  expect(examples.offered, "nobody waits").toBeNull();
  examples.listen();
  arrive({ request_bytes: 0 });
  arrive({ bot: "other", request_bytes: 5 });
  expect(examples.until).not.toBeNull();
  arrive({ request_bytes: 5, at: "2026-11-22T05:00:00.000Z" });
  expect(examples.until).toBeNull();
  await vi.waitFor(() => expect(examples.offered?.at).toBe("2026-11-22T05:00:00.000Z"));
  expect(examples.changes.map(({ field, added, kept, going }) => [field.name, added, kept, going])).toEqual([
    ["body", ["a"], ["old"], []],
  ]);
  expect(saved).toEqual([]);
  expect([examples.valueAt("headers", "X-Id"), examples.valueAt("body", "a")]).toEqual(['"7b1c"', '"a"']);
  await examples.take(false);
  expect(saved).toEqual([
    {
      body: [
        { path: "a", alias: null },
        { path: "old", alias: "Старое" },
      ],
    },
  ]);
});

test("the wait ends by itself after two minutes", () => {
  const { examples } = stage(() => []);
  examples.listen();
  vi.advanceTimersByTime(LISTEN_MS - 1);
  expect(examples.until).not.toBeNull();
  vi.advanceTimersByTime(1);
  expect(examples.until).toBeNull();
});

test("a pasted text is a body where it looks like JSON, and says where it is broken", async () => {
  const asked: (string | undefined)[] = [];
  const { examples, ready } = stage(({ part, sample }) => {
    asked.push(`${part} ${sample}`);
    if (sample === "{") throw new ApiError(422, "json_syntax", "Broken.", "/sample", 1, null, 1, 2);
    return ["a"];
  });
  await ready();
  for (const text of ["https://h/?a=1", ' [{"a":1}]', "{"]) {
    examples.pasted = text;
    await examples.parse();
  }
  expect(asked).toEqual(["query https://h/?a=1", 'body  [{"a":1}]', "body {"]);
  expect([examples.error, examples.offered]).toEqual(["Broken. (1:2)", null]);
});

test("a form is there for as long as the page, with what is typed in it", async () => {
  const { form, forms, ready } = stage(() => []);
  await ready();
  const field = form.fields.find(({ name }) => name === "query");
  if (field?.kind !== "rows") throw new Error("no rows");
  const key = form.addRow(field);
  form.setCell(field, key, "path", "a");
  const again = forms.of("b", "nocobase").form;
  expect([again === form, again.unsaved]).toEqual([true, ["query"]]);
});
