import { expect, test } from "vitest";

import type { Api } from "../api/api";
import type { Given } from "../stores/drafts.svelte";
import type { RuleFields } from "./fields";
import { alwaysAnswerSo } from "./make";

/** A turn without an event, and the place that a rule is begun in. */
function stage() {
  const begun: RuleFields[] = [];
  const rules = { bot: "a", begin: (fields: RuleFields) => begun.push(fields), showBegun: () => undefined };
  const api = { exchange: async (id: string) => Promise.resolve({ id, bot: "a", event: null, variables: [] }) };
  const parts = { rules, focus: { request: () => undefined }, navigation: { goTo: () => undefined } };
  const make = (own: Given) =>
    alwaysAnswerSo(api as unknown as Api, parts as unknown as Parameters<typeof alwaysAnswerSo>[1], "x", own);
  return { begun, make, rules };
}

test("an answer of one bot's turn becomes no rule of the bot that is looked at by then", async () => {
  const { begun, make, rules } = stage();
  const made = make({ status: 200, headers: [], body: "{}" });
  rules.bot = "b";
  await made;
  expect(begun).toEqual([]);
});
test("an answer without header fields, which went out as JSON, becomes a rule that answers JSON", async () => {
  const { begun, make } = stage();
  await make({ status: 200, headers: [["", ""]], body: "{}" });
  await make({ status: 200, headers: [["X-A", "1"]], body: "{}" });
  expect(begun.map(({ action }) => action.reply.headers)).toEqual([null, [["X-A", "1"]]]);
});
