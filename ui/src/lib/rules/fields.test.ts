import { describe, expect, test } from "vitest";
import { newCondition, newRule, valueOf } from "./fields";
import { fieldsOf, fits } from "./fields-read";
import { ruleJson } from "./fields-write";

const REPLY =
  '{"status":200,"headers":[["X-A","1"]],"body":"{\\"n\\": {{ call }}}","template":true,"delay_ms":[100,300]}';
const CALL = '{"method":"POST","url":"http://h","headers":[],"body":"","template":false,"delay_ms":0}';
const rule = (when: string, then: string) =>
  `{"version":1,"id":"r1","name":"City","enabled":false,"group":"g","scope":"rule","when":${when},"then":${then}}`;

describe("a rule that is read into fields and written again stays what it was", () => {
  test.each([
    ['{"all":[{"field":"event","op":"equals","value":"pay"}]}', `{"reply":${REPLY}}`],
    ['{"all":[{"field":"event","op":"in","value":["5","pay"]}]}', `{"reply":${REPLY}}`],
    ['{"all":[{"field":"event","op":"in","value":["a, b"," c",""]}]}', `{"reply":${REPLY}}`],
    [
      '{"any":[{"field":"var:id","op":"equals","value":9007199254740993}]}',
      `{"sequence":{"replies":[${REPLY}],"end":"pass"}}`,
    ],
    [
      '{"all":[{"field":"var:city","op":"in","value":["Казань","Москва"]}]}',
      '{"hold":{"seconds":15,"fallback":"last"}}',
    ],
    ['{"all":[{"field":"var:n","op":"in","value":["5",5,null]}]}', '{"hold":{}}'],
    [
      '{"all":[{"field":"var:n","op":"equals","value":"5"},{"not":{"field":"user","op":"present"}}]}',
      '{"forward":{"upstream":"http://h","hold":true,"patch":{"set":{"b":"2.0"},"remove":["c"],"template":false}}}',
    ],
    ['{"all":[{"field":"prev:event","op":"present"}]}', '{"forward":{"hold":false}}'],
    [
      '{"all":[{"field":"var:a","op":"in","value":["x, y","z"]},{"chance":0.1},{"any":[{"chance":1},{"not":{"not":{"chance":0}}}]}]}',
      `{"fault":{"kind":"reset"},"after":[${CALL}]}`,
    ],
    ['{"all":[]}', '{"reply":{"status":200,"body":"","template":false,"delay_ms":0}}'],
    ['{"all":[]}', '{"reply":{"status":200,"headers":[],"body":"","template":false,"delay_ms":0}}'],
    ['{"all":[{"field":"var:n","op":"contains","value":"5"}]}', '{"fault":{"kind":"slow"}}'],
    ['{"all":[{"field":"var:n","op":"schema","value":{"type":"number"}}]}', '{"fault":{"kind":"slow"}}'],
  ])("%s %s", (when, then) => {
    expect(fits(rule(when, then))).toBe(true);
    expect(ruleJson(fieldsOf(rule(when, then)))).toBe(rule(when, then));
  });
});

describe("what the fields would lose is no text for them", () => {
  test.each([
    ["", '{"reply":{},"hold":{}}'],
    ["", '{"reply":{"colour":1}}'],
    ["", '{"reply":{"headers":[["a"]]}}'],
    ["", '{"reply":{"body":5}}'],
    ["", '{"forward":{"patch":{"set":{"a":5}}}}'],
    [',"when":{"all":[],"any":[]}', '{"reply":{}}'],
    [',"colour":1', '{"reply":{}}'],
    [',"name":"a","name":"b"', '{"reply":{}}'],
    ["", '{"forward":{"patch":{"set":{"a":"1","a":"2"}}}}'],
    [',"version":2', '{"reply":{}}'],
    [',"name":"a\\nb"', '{"reply":{}}'],
    ["", '{"reply":{"headers":[["X-A","1\\r\\n2"]]}}'],
    ["", '{"forward":{"patch":{"set":{"a\\nb":"1"}}}}'],
    ["", '{"forward":{"patch":{"set":{"a":"1\\n"}}}}'],
    ["", '{"reply":{},"after":[{"url":"http://h\\n"}]}'],
  ])("%s %s", (more, then) => {
    expect(fits(`{"version":1${more},"then":${then}}`)).toBe(false);
    expect(fits('{"version":1,"then":{"reply":{}}')).toBe(false);
  });
});

test("a single condition stands in a list of its own", () => {
  const fields = fieldsOf(rule('{"field":"event","op":"equals","value":"pay"}', `{"reply":${REPLY}}`));
  expect(ruleJson(fields)).toContain('"when":{"all":[{"field":"event","op":"equals","value":"pay"}]}');
});
test("bare text is a string, and JSON is itself", () => {
  expect(["Казань", "5", '"5"', "null", "{"].map(valueOf)).toEqual(['"Казань"', "5", '"5"', "null", '"{"']);
});
test("what is typed for a field of the request is a text, whatever it looks like", () => {
  const made = (field: string) => ruleJson(newRule([newCondition(field, "5")]));
  expect(made("event")).toContain('"value":"5"');
  expect(made("var:n")).toContain('"value":5');
  expect(made("call")).toContain('"value":5');
});
test("what is no number goes out as it was typed, and is read as that", () => {
  const fields = newRule();
  fields.action.reply.status = "2xx";
  fields.action.reply.delay = "soon";
  const made = ruleJson(fields);
  expect(made).toContain('"status":"2xx"');
  expect(made).toContain('"delay_ms":"soon"');
  expect(fits(made)).toBe(true);
  expect(ruleJson(fieldsOf(made))).toBe(made);
});

test("a number with zeros before it goes out as it was typed, in a rule that is JSON all the same", () => {
  const fields = newRule();
  fields.action.reply = { ...fields.action.reply, status: "0200", delay: "0100-200" };
  expect(JSON.parse(ruleJson(fields))).toMatchObject({ then: { reply: { status: "0200", delay_ms: "0100-200" } } });
  fields.action.reply.delay = "0-200";
  expect(JSON.parse(ruleJson(fields))).toMatchObject({ then: { reply: { delay_ms: [0, 200] } } });
});

test.each([
  '{"field":"foo","op":"equals","value":1}',
  '{"field":"event","op":"equals"}',
  '{"field":"event","op":"present","value":1}',
  '{"field":"event","op":"equals","op":"matches","value":"a"}',
  '{"field":"event","op":"equals","value":"a\\nb"}',
  '{"field":"var:a\\nb","op":"present"}',
])("a condition that rows would change stays the text it was: %s", (condition) => {
  const json = rule(`{"all":[${condition}]}`, `{"reply":${REPLY}}`);
  expect(fieldsOf(json).conditions[0]?.json).toBe(condition);
  expect(ruleJson(fieldsOf(json))).toBe(json);
});
test("a text of several lines stands in a field of one line as JSON, with its signs for them", () => {
  const when =
    '{"all":[{"field":"var:a","op":"equals","value":"x\\ny"},{"field":"var:b","op":"in","value":["x\\ny","z"]}]}';
  const { conditions } = fieldsOf(rule(when, `{"reply":${REPLY}}`));
  expect(conditions.map(({ value }) => value)).toEqual(['"x\\ny"', '"x\\ny", z']);
  expect(ruleJson(fieldsOf(rule(when, `{"reply":${REPLY}}`)))).toContain(`"when":${when}`);
});
