import { expect, test } from "vitest";
import { copied, definitionOf, listingOf, moved, ruleFits, sectionsOf, switched } from "./listed";

const RULE = `{"version":1,"id":"r1","name":"City","enabled":true,"scope":"user",
"when":{"all":[{"field":"event","op":"equals","value":"pay"},{"field":"var:id","op":"equals","value":9007199254740993}]},
"then":{"reply":{"status":200,"body":"{\\"n\\": 1.0}","template":false,"delay_ms":0}},
"sentence":"If the event is pay, answer 200.","hits":12,"last_hit":"x1","last_hit_at":"2026-11-27T12:03:19.000Z","users":3,"shadowed_by":null,"never":null}`;
const ANSWER = `{"rules":[${RULE}],"unreadable":[{"id":"r9","message":"a newer version","pointer":"/version"}]}`;
const [rule] = listingOf(ANSWER).rules;
if (!rule) throw new Error("the sample has a rule");

test("a rule is read with how it fares, and keeps its own text", () => {
  expect(rule).toMatchObject({
    id: "r1",
    name: "City",
    enabled: true,
    event: "pay",
    hits: 12,
    lastHit: "x1",
    shadowedBy: null,
    sentence: "If the event is pay, answer 200.",
    json: RULE,
  });
  expect(listingOf(ANSWER).unreadable).toEqual([{ id: "r9", message: "a newer version" }]);
});
test("switched off, no digit of it is lost", () => {
  expect(switched(rule)).toBe(RULE.replace('"enabled":true', '"enabled":false'));
});
test("its copy has another name and no id, and all else", () => {
  const copy = copied(rule, "City (copy)");
  expect(copy).toContain('"name":"City (copy)"');
  expect(copy).toContain("9007199254740993");
  expect(copy).not.toContain('"r1"');
});
test("what listing adds is no part of its definition", () => {
  const made = definitionOf(rule);
  expect(made).toContain('"delay_ms":0');
  for (const name of ["hits", "last_hit", "last_hit_at", "users", "sentence", "never", "shadowed_by"])
    expect(made).not.toContain(`"${name}"`);
  expect(() => JSON.parse(made) as unknown).not.toThrow();
});
test("an order moves one rule and stops at its ends", () => {
  expect(moved(["a", "b", "c"], "c", 0)).toEqual(["c", "a", "b"]);
  expect(moved(["a", "b", "c"], "a", 9)).toEqual(["b", "c", "a"]);
  expect(moved(["a", "b", "c"], "a", -1)).toBeNull();
  expect(moved(["a"], "x", 0)).toBeNull();
});
test("a rule is found by its name, its event and its sentence", () => {
  expect(["city", "PAY", "answer 200", " "].map((part) => ruleFits(rule, part))).toEqual([true, true, true, true]);
  expect(ruleFits(rule, "nothing")).toBe(false);
});
test("rules stand by their group, else by their event, in the order of the first of each", () => {
  const made = (id: string, event: string | null, group = "") => ({ ...rule, id, event, group });
  const rules = [made("a", "pay"), made("b", null), made("c", "pay", "shop"), made("d", "pay"), made("e", "x", "shop")];
  expect(sectionsOf(rules).map(({ rules: of, title }) => [title, of.map(({ id }) => id).join("")])).toEqual([
    ["pay", "ad"],
    [null, "b"],
    ["shop", "ce"],
  ]);
});
