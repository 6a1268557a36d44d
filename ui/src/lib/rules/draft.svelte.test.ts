import { expect, test } from "vitest";

import type { Api } from "../api/api";
import { ApiError } from "../api/errors";
import { RuleDraft } from "./draft.svelte";
import { fieldsOf } from "./fields-read";
import { ruleJson } from "./fields-write";

const rule = (id: string, name: string) =>
  ruleJson(fieldsOf(`{"version":1,"id":"${id}","name":"${name}","when":{"all":[]},"then":{"reply":{}}}`));
const B = rule("b", "Pay");
const laidOut = (json: string) => JSON.stringify(JSON.parse(json), null, 2);

/** A draft of a saved rule, in front of a program that has tried `tried` turns. */
function stage({ tried = 0, id = "b", base = B }: { tried?: number; id?: string | null; base?: string | null } = {}) {
  const asked: number[] = [];
  const refusal: { error: Error | null } = { error: null };
  const api = {
    format: async (json: string) => Promise.resolve({ text: laidOut(json) }),
    previewRule: async (_: string, __: string, last: number) => {
      asked.push(last);
      if (refusal.error !== null) throw refusal.error;
      return Promise.resolve({ tried: Math.min(tried, last), matched: 0, would_change: [] });
    },
  } as unknown as Api;
  return { draft: new RuleDraft(api, null, id ?? "new", id, base, B), asked, refusal };
}

test("what is saved from the JSON tab stands in the form then", async () => {
  const { draft } = stage();
  await draft.showJson();
  draft.write(draft.text.replace("Pay", "Paid"));
  draft.saved(draft.json, "b");
  expect(draft.dirty).toBe(false);
  draft.showForm();
  expect(draft.fields.name).toBe("Paid");
  expect(draft.dirty).toBe(false);
});
test("another rule's text is written to the rule that is edited", async () => {
  for (const text of [rule("a", "Other"), rule("a", "Other").replace('"id":"a",', "")]) {
    const { draft } = stage();
    await draft.showJson();
    draft.write(text);
    draft.showForm();
    expect(draft.id).toBe("b");
    expect(draft.json).toBe(rule("b", "Other"));
  }
});
test("what is typed in the JSON tab while a save is under way is not saved", async () => {
  const { draft } = stage();
  await draft.showJson();
  const typed = draft.text.replace("Pay", "Paid");
  draft.write(typed);
  const sent = draft.json;
  draft.write(typed.replace("Paid", "Paid out"));
  draft.saved(sent, "b");
  expect(draft.dirty).toBe(true);
  draft.write(typed);
  expect(draft.dirty).toBe(false);
});
test("a new rule that is saved from the JSON tab is the one that was made", async () => {
  const { draft } = stage({ id: null, base: null });
  await draft.showJson();
  draft.write(draft.text.replace("Pay", "Paid"));
  draft.saved(draft.json, "made");
  expect([draft.id, draft.dirty]).toEqual(["made", false]);
  draft.showForm();
  expect([draft.fields.id, draft.fields.name, draft.dirty]).toEqual(["made", "Paid", false]);
});
test("a rule that was saved elsewhere and went back is overtaken no more", () => {
  const { draft } = stage();
  draft.fields.name = "Mine";
  draft.follow(rule("b", "Theirs"));
  expect(draft.overtaken).not.toBeNull();
  draft.follow(B);
  expect(draft.overtaken).toBeNull();
});
test("fewer turns tried than were asked for are not taken for all that there are", async () => {
  const { draft, asked } = stage({ tried: 47 });
  await draft.try();
  expect(asked).toEqual([50, 500]);
});
test("numbers of an older text are stale at once, and fresh again where the text comes back", async () => {
  const { draft } = stage({ tried: 3 });
  await draft.try();
  expect([draft.nearStale, draft.farStale, draft.trying]).toEqual([false, false, false]);
  draft.fields.name = "Paid";
  expect([draft.nearStale, draft.farStale]).toEqual([true, true]);
  draft.fields.name = "Pay";
  expect([draft.nearStale, draft.farStale]).toEqual([false, false]);
});
test("a refusal stays in sight while the text is mended, and no longer keeps it from being saved", async () => {
  const { draft, refusal } = stage();
  refusal.error = new ApiError(422, "invalid", "too low", "/rule/then/reply/status");
  await draft.try();
  expect([draft.problem?.pointer, draft.blocked, draft.trying]).toEqual(["/then/reply/status", true, false]);
  draft.fields.action.reply.status = "201";
  expect([draft.problem?.pointer, draft.blocked]).toEqual(["/then/reply/status", false]);
  refusal.error = null;
  await draft.try();
  expect(draft.problem).toBeNull();
});
test("a text that is no JSON is told by itself where it breaks", async () => {
  const { asked, draft } = stage();
  await draft.showJson();
  draft.write('{"name": ');
  Object.assign(draft, { api: { format: () => Promise.reject(new ApiError(422, "json_syntax", "ends", "", 9)) } });
  await draft.try();
  expect([draft.problem?.pointer, draft.problem?.offset, draft.blocked]).toEqual(["", 9, true]);
  expect(asked).toEqual([]);
});
test("what the program made of one's own save is no change of somebody else", async () => {
  const { draft } = stage();
  await draft.showJson();
  const typed = '{"id":"b","colour":"as typed","then":{"reply":{}}}';
  const stored = '{"version":1,"id":"b","colour":"as typed","then":{"reply":{"status":200}}}';
  draft.write(typed);
  draft.saved(typed, "b", stored);
  draft.follow(stored);
  expect([draft.dirty, draft.overtaken, draft.text]).toEqual([false, null, typed]);
  draft.write(typed.replace("as typed", "anew"));
  draft.follow(stored);
  expect(draft.overtaken).toBeNull();
});
test("a switch in the list turns what is being written, as JSON too", async () => {
  const { draft } = stage();
  await draft.showJson();
  draft.write(draft.text.replace("Pay", "Mine"));
  draft.follow(B.replace('"enabled":true', '"enabled":false'));
  expect(draft.overtaken).toBeNull();
  expect(JSON.parse(draft.json)).toMatchObject({ name: "Mine", enabled: false });
  draft.write("{");
  draft.follow(B);
  expect(draft.overtaken).not.toBeNull();
});
test("the same text saved elsewhere leaves nothing unsaved", () => {
  const { draft } = stage();
  draft.fields.name = "Mine";
  draft.follow(rule("b", "Mine"));
  expect([draft.dirty, draft.overtaken]).toEqual([false, null]);
});
