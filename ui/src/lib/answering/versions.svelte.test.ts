import { expect, test } from "vitest";

import type { AnswerVersion } from "../api/types";
import { AnswerVersions } from "./versions.svelte";

const version = (id: string, text: string | null, times = 1): AnswerVersion =>
  ({
    exchange_id: id,
    seq: 1,
    at: "2026-11-27T05:00:00.000Z",
    bot: "a",
    event: "pay",
    user: null,
    answered_by: "hand",
    rule: null,
    status: 200,
    headers: [
      ["Content-Type", "application/json"],
      ["Content-Length", "2"],
    ],
    body: { bytes: 2, kind: "json", charset: "utf-8", encoding: null, truncated: false },
    text,
    times,
    first: { exchange_id: `${id}-first`, seq: 1, at: "2026-11-27T04:00:00.000Z" },
  }) as unknown as AnswerVersion;

interface Page {
  versions: AnswerVersion[];
  next_before: number | null;
}
function stage(pages: Page[]) {
  const asked: (number | null)[] = [];
  const api = {
    answerVersions: async ({ before }: { before: number | null }) => {
      asked.push(before);
      return Promise.resolve(pages.shift() ?? { versions: [], next_before: null });
    },
    text: async (id: string) => Promise.resolve(`whole ${id}`),
  };
  const versions = new AnswerVersions(api as unknown as ConstructorParameters<typeof AnswerVersions>[0], "a", "pay");
  return { asked, versions };
}

test("an empty page is read over, and a version that stands on two pages is one", async () => {
  const { asked, versions } = stage([
    { versions: [version("x", "{}", 2)], next_before: 50 },
    { versions: [], next_before: 40 },
    { versions: [version("y", "{}", 3), version("z", '{"a":1}')], next_before: null },
  ]);
  await versions.more();
  expect([asked, versions.hasMore]).toEqual([[null], true]);
  await versions.more();
  expect([asked, versions.hasMore]).toEqual([[null, 50, 40], false]);
  expect(versions.list.map((one) => [one.exchange_id, one.times, one.first.exchange_id])).toEqual([
    ["x", 5, "y-first"],
    ["z", 1, "z-first"],
  ]);
  await versions.more();
  expect(asked).toHaveLength(3);
});
test("two of them are compared, and one is never compared with itself", async () => {
  const { versions } = stage([{ versions: [version("x", "{}"), version("y", '{"a":1}')], next_before: null }]);
  await versions.more();
  expect(versions.chosen?.exchange_id).toBe("x");
  const [first, second] = versions.list;
  if (!first || !second) throw new Error("there are two");
  versions.compare(second);
  expect(versions.other?.exchange_id).toBe("y");
  versions.step(1);
  expect([versions.chosen?.exchange_id, versions.other]).toEqual(["y", null]);
  versions.step(-1);
  versions.compare(second);
  expect(versions.other).toBeNull();
});
test("a restored answer has its own text, a long one too, and no header that is made anew", async () => {
  const { versions } = stage([]);
  expect(await versions.given(version("x", "{}"))).toEqual({
    status: 200,
    headers: [["Content-Type", "application/json"]],
    body: "{}",
  });
  expect((await versions.given(version("long", null)))?.body).toBe("whole long");
  const binary = version("b", null);
  expect(await versions.given({ ...binary, body: { ...binary.body, kind: "binary" } })).toBeNull();
});
test("a reading that failed says so and is tried again", async () => {
  const { versions } = stage([{ versions: [version("x", "{}")], next_before: null }]);
  const failing = new AnswerVersions(
    { answerVersions: () => Promise.reject(new Error("no")) } as unknown as ConstructorParameters<
      typeof AnswerVersions
    >[0],
    "a",
    null,
  );
  await failing.more();
  expect([failing.error, failing.reading, failing.hasMore]).toEqual([expect.any(Error), false, true]);
  await versions.more();
  expect(versions.error).toBeNull();
});
