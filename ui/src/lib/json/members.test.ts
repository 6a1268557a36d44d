import { describe, expect, test } from "vitest";

import { convert, membersOf, withMember, withName, without, withValue } from "./members";

const TEXT = '{\n\t"a" : 9007199254740993,  "b": {"x":[1, 2]},\n "a":1.50,"я": "\\u041f" }\n';
const members = (text: string) => {
  const found = membersOf(text);
  return typeof found === "string" ? found : found.map(({ name, json }) => `${name}=${json}`);
};

test("members stand as they were written, repeats and all digits included", () => {
  expect(members(TEXT)).toEqual(["a=9007199254740993", 'b={"x":[1, 2]}', "a=1.50", 'я="\\u041f"']);
  expect(members('{"a:\\"b": "c:\\"d", "e":1}')).toEqual(['a:"b="c:\\"d"', "e=1"]);
  expect(members(" \n")).toEqual([]);
  expect(members("{}")).toEqual([]);
});
test("what is no object has none, and says which of the two it is", () => {
  for (const text of ['{"a": tru}', '{"a": 1,}', "{", "{'a': 1}", '{"a": 01}']) expect(members(text)).toBe("syntax");
  for (const text of ["[1]", "5", '"x"', "null"]) expect(members(text)).toBe("notObject");
});
test("a change touches nothing else, byte for byte", () => {
  expect(withValue(TEXT, 2, "7")).toBe(TEXT.replace("1.50", "7"));
  expect(withValue(TEXT, 0, '"x"')).toBe(TEXT.replace("9007199254740993", '"x"'));
  expect(withName(TEXT, 1, 'c"d')).toBe(TEXT.replace('"b"', '"c\\"d"'));
  expect(withName('{"a:\\"b": "c:\\"d"}', 0, "z")).toBe('{"z": "c:\\"d"}');
  expect(withValue(TEXT, 9, "7")).toBe(TEXT);
});
test("a member goes with its comma, wherever it stands", () => {
  expect(without(TEXT, 0)).toBe('{\n\t"b": {"x":[1, 2]},\n "a":1.50,"я": "\\u041f" }\n');
  expect(without(TEXT, 3)).toBe(TEXT.replace(',"я": "\\u041f"', ""));
  expect(without('{ "a" : 1 }', 0)).toBe("{}");
  for (let index = 0; index < 4; index += 1) expect(JSON.parse(without(TEXT, index))).toBeTypeOf("object");
});
test("a new member is laid out as the one before it", () => {
  expect(withMember('{\n  "a": 1\n}', "b", "2")).toBe('{\n  "a": 1,\n  "b": 2\n}');
  expect(withMember('{"a": 1}', "b", "2")).toBe('{"a": 1, "b": 2}');
  expect(withMember('{"a":1,"c":3}', "b", "2")).toBe('{"a":1,"c":3,"b":2}');
  expect(withMember("{}", "b", "2")).toBe('{\n  "b": 2\n}');
  expect(withMember("", "b", "2")).toBe('{\n  "b": 2\n}');
  expect(withMember(" { }\n", "b", "2")).toBe(' {\n  "b": 2\n}\n');
});
describe("another type of value", () => {
  test.each([
    ["1.50", "string", '"1.50"'],
    ['"1,5"', "number", "1.5"],
    ['"9007199254740993"', "number", "9007199254740993"],
    ['"пять"', "number", "0"],
    ["true", "number", "1"],
    ['"да"', "bool", "true"],
    ["0.0", "bool", "false"],
    ["12", "bool", "true"],
    ["null", "string", '""'],
    ['{"a": 1}', "string", '"{\\"a\\": 1}"'],
    ['"{\\"a\\": 1}"', "object", '{"a": 1}'],
    ["5", "array", "[5]"],
    ["null", "array", "[]"],
    ['"x"', "object", "{}"],
    ['"x"', "null", "null"],
  ] as const)("%s as %s is %s", (json, kind, made) => {
    expect(convert(json, kind)).toBe(made);
  });
});
