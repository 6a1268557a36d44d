import { expect, test } from "vitest";

import type { Api } from "../api/api";
import type { Exchange } from "../api/types";
import type { Given } from "../stores/drafts.svelte";
import type { RuleFields } from "./fields";
import { alwaysAnswerSo, ruleFromValue, whyNoRule } from "./make";

const TEXT = { bytes: 2, kind: "json", truncated: false };
const ANSWERED = { status: 200, state: "answered", fault: null, response: { headers: [], body: TEXT } };

/** A turn without an event, and the place that a rule is begun in. */
function stage(turn: object = ANSWERED) {
  const begun: { bot: string; fields: RuleFields }[] = [];
  const said: string[] = [];
  const went: string[] = [];
  const rules = {
    bot: "a",
    begun: null as { bot: string; tab: string; showForm: () => void; fields: RuleFields } | null,
    begin: (bot: string, fields: RuleFields) => {
      begun.push({ bot, fields });
      return { tab: "form" };
    },
    choose: () => undefined,
  };
  const api = {
    exchange: async (id: string) => Promise.resolve({ id, bot: "a", event: null, variables: [], ...turn }),
    text: async () => Promise.resolve('{"sent":1}'),
  };
  const selection = { row: { id: "x" } as { id: string } | null };
  const parts = {
    rules,
    selection,
    program: { bots: [{ id: "a", name: "Shop" }] },
    focus: { request: (target: string) => void went.push(target) },
    navigation: { goTo: (place: string) => void went.push(place), shows: () => true },
    toasts: { info: (text: () => string, action?: object) => void said.push(`${text()}${action ? " +" : ""}`) },
  } as unknown as Parameters<typeof alwaysAnswerSo>[1];
  const make = (own: Given | null) => alwaysAnswerSo(api as unknown as Api, parts, "x", own);
  return { begun, make, parts, rules, said, selection, went };
}
const OWN = { status: 200, headers: [], body: "{}" };

test("an answer of one bot's turn becomes a rule of that bot, whichever is looked at by then", async () => {
  const { begun, make, rules, said, went } = stage();
  const made = make(OWN);
  rules.bot = "b";
  await made;
  expect(begun.map(({ bot }) => bot)).toEqual(["a"]);
  expect(went).toEqual([]);
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(/Shop.$/);
});
test("whoever went on to another turn stays there, and is told where the rule is", async () => {
  const { make, said, selection, went } = stage();
  const made = make(OWN);
  selection.row = { id: "y" };
  await made;
  expect(went).toEqual([]);
  expect(said[0]).toMatch(/ \+$/);
});
test("an answer without header fields, which went out as JSON, becomes a rule that answers JSON", async () => {
  const { begun, make, went } = stage();
  await make({ status: 200, headers: [["", ""]], body: "{}" });
  await make({ status: 200, headers: [["X-A", "1"]], body: "{}" });
  expect(begun.map(({ fields }) => fields.action.reply.headers)).toEqual([null, [["X-A", "1"]]]);
  expect(went).toEqual(["rules", "ruleName", "rules", "ruleName"]);
});
test.each([
  ["rule.noAnswerYet", { state: "held", status: null, response: null }],
  ["rule.noAnswerLeft", { state: "abandoned", status: null, response: null }],
  ["rule.noAnswerFault", { fault: "reset", status: null, response: null }],
  ["rule.answerBinary", { response: { headers: [], body: { ...TEXT, kind: "binary" } } }],
  ["rule.answerCut", { response: { headers: [], body: { ...TEXT, truncated: true } } }],
  ["rule.answerLong", { response: { headers: [], body: { ...TEXT, bytes: 1_000_001 } } }],
])("a turn without an answer that a rule could give is told why: %s", async (why, turn) => {
  const { begun, make, said } = stage({ ...ANSWERED, ...turn });
  expect(whyNoRule({ ...ANSWERED, ...turn } as unknown as Exchange)).toBe(why);
  await make(null);
  expect([begun, said.length]).toEqual([[], 1]);
  // What was written instead makes one all the same.
  await make(OWN);
  expect(begun).toHaveLength(1);
});
test("a value joins the new rule that is chosen, not one of another bot", () => {
  const { begun, parts, rules } = stage();
  const fields = { conditions: [] } as unknown as RuleFields;
  rules.begun = { bot: "a", tab: "form", showForm: () => undefined, fields };
  ruleFromValue(parts, { bot: "a", event: "pay" }, "city", '"Казань"');
  expect(fields.conditions.map(({ field }) => field)).toEqual(["var:city"]);
  ruleFromValue(parts, { bot: "b", event: "pay" }, "city", '"Казань"');
  expect(fields.conditions).toHaveLength(1);
  expect(begun.map(({ bot, fields: { conditions } }) => [bot, conditions.map(({ field }) => field)])).toEqual([
    ["b", ["event", "var:city"]],
  ]);
});
