import { expect, test } from "vitest";
import { explainedOf, resultsOf } from "./explained";
import { listingOf } from "./listed";

const when = (mode: string) =>
  `{"${mode}":[{"field":"event","op":"equals","value":"pay"},{"field":"var:id","op":"equals","value":1},{"field":"user","op":"present"}]}`;
const ruleOf = (mode: string) => {
  const [rule] = listingOf(`{"rules":[{"id":"r","name":"R","when":${when(mode)},"then":{"reply":{}}}]}`).rules;
  if (!rule) throw new Error("there is one");
  return rule;
};
const explained = (failed: string, matched = false) => {
  const [one] = explainedOf(
    `{"rules":[{"id":"r","matched":${matched},"disabled":false,"finished":false,"failed":${failed}}]}`,
  );
  if (!one) throw new Error("there is one");
  return one;
};

test("up to the first condition that failed all held, and what there was keeps its digits", () => {
  const one = explained('{"pointer":"/when/all/1","field":"var:id","op":"equals","value":1,"actual":9007199254740993}');
  const results = resultsOf(ruleOf("all"), one);
  expect(results.map(({ holds }) => holds)).toEqual([true, false, null]);
  expect(results[1]?.failed?.actual).toBe("9007199254740993");
});
test("of alternatives none held, or nobody says which", () => {
  const none = explained('{"pointer":"/when/any/0","actual":null}');
  expect(resultsOf(ruleOf("any"), none).map(({ holds }) => holds)).toEqual([false, false, false]);
  const some = explained("null", true);
  expect(resultsOf(ruleOf("any"), some).map(({ holds }) => holds)).toEqual([null, null, null]);
  expect(resultsOf(ruleOf("all"), some).map(({ holds }) => holds)).toEqual([true, true, true]);
});
test("of a rule that was not asked no condition came out", () => {
  const [one] = explainedOf('{"rules":[{"id":"r","matched":false,"not_asked":true,"failed":null}]}');
  if (!one) throw new Error("there is one");
  expect(resultsOf(ruleOf("all"), one).map(({ holds }) => holds)).toEqual([null, null, null]);
});
