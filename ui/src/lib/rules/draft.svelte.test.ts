import { expect, test } from "vitest";

import type { Api } from "../api/api";
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
  const api = {
    format: async (json: string) => Promise.resolve({ text: laidOut(json) }),
    previewRule: async (_: string, __: string, last: number) => {
      asked.push(last);
      return Promise.resolve({ tried: Math.min(tried, last), matched: 0, would_change: [] });
    },
  } as unknown as Api;
  return { draft: new RuleDraft(api, null, id, base, B), asked };
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
