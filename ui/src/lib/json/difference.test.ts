import { describe, expect, test } from "vitest";
import { differenceOf } from "./difference";

const drawn = (before: string, after: string) =>
  differenceOf(before, after).lines.map(({ sign, indent, text }) => `${sign} ${" ".repeat(indent)}${text}`);

describe("the difference of two answers", () => {
  test("a space, a comma, a moved key or zeros after the point are none", () => {
    const { lines, count } = differenceOf('{"a":1.0,"b":[1,2]}', '{\n "b": [1, 2],\n "a": 1 }');
    expect(count).toBe(0);
    expect(lines.every(({ sign }) => sign === " ")).toBe(true);
  });

  test("what is other, new and gone stands at its place, and the digits stay", () => {
    expect(
      drawn(
        '{"status":"paid","discount":"15","receipt":{"id":9007199254740993},"debug":{"a":1,"b":2},"vip":false}',
        '{"status":"paid","discount":15,"receipt":{"id":9007199254740993,"email":"i@x.ru"},"vip":false}',
      ),
    ).toEqual([
      "  {",
      '    "status": "paid",',
      '-   "discount": "15",',
      '+   "discount": 15,',
      '    "receipt": {',
      '      "id": 9007199254740993,',
      '+     "email": "i@x.ru"',
      "    },",
      '-   "debug": { …2 },',
      '    "vip": false',
      "  }",
    ]);
  });

  test("an item that was put in front is one difference", () => {
    expect(differenceOf("[1,2,3]", "[0,1,2,3]").count).toBe(1);
    expect(drawn("[1,2]", "[0,1,2]")).toEqual(["  [", "+   0,", "    1,", "    2", "  ]"]);
  });

  test("another kind of value is told whole", () => {
    expect(drawn('{"a":[1]}', '{"a":{"b":1}}')).toEqual([
      "  {",
      '-   "a": [ …1 ]',
      '+   "a": {',
      '+     "b": 1',
      "+   }",
      "  }",
    ]);
  });

  test("texts that are no JSON are compared line by line", () => {
    expect(drawn("<html>\none\n</html>", '{"a": 1}')).toEqual(["- <html>", "- one", "- </html>", '+ {"a": 1}']);
    expect(drawn("a\nb\nc", "a\nx\nc")).toEqual(["  a", "- b", "+ x", "  c"]);
    expect(differenceOf("same", "same").count).toBe(0);
  });

  test("a nesting of any depth is compared, and its depths are told whole", () => {
    const deep = (inner: string) => "[".repeat(20_000) + inner + "]".repeat(20_000);
    const { count, lines } = differenceOf(deep("1"), deep("2"));
    expect(count).toBe(1);
    expect(lines.length).toBeLessThan(200);
  });

  test("of a name that stands twice the last one counts", () => {
    expect(differenceOf('{"a":1,"a":2}', '{"a":2}').count).toBe(0);
  });
});
