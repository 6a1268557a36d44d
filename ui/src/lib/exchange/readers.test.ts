import { expect, test } from "vitest";

import { READERS, readersOf } from "./readers";

test("each reader's lines stand in its own order, and those that are not everybody's are marked", () => {
  const form = readersOf(
    `{"php":{"user":{"name":"1"},"user_name":"2","2":"b","1":"a"},
      "qs":{"user":{"name":"1"},"user.name":"2","2":"b","1":"a"},
      "whatwg":[["user[name]","1"],["user.name","2"],["2","b"],["1","a"]],"in_force":"qs"}`,
  );
  const shown = READERS.map((id) =>
    form.readers[id].map(({ path, value, parts }) => `${path} ${value}${parts ? " !" : ""}`),
  );
  expect(shown).toEqual([
    ['user.name "1" !', 'user_name "2" !', '2 "b"', '1 "a"'],
    ['user.name "1" !', '["user.name"] "2" !', '2 "b"', '1 "a"'],
    ['user[name] "1" !', 'user.name "2" !', '2 "b"', '1 "a"'],
  ]);
  expect([form.inForce, form.agree]).toEqual(["qs", false]);
});

test("plain names are the same to all, repeats and empty lists are not", () => {
  const plain = readersOf('{"php":{"a":"1"},"qs":{"a":"1"},"whatwg":[["a","1"]]}');
  expect([plain.agree, plain.inForce]).toEqual([true, null]);
  const twice = readersOf('{"php":{"a":"2"},"qs":{"a":["1","2"]},"whatwg":[["a","1"],["a","2"]]}');
  expect(twice.readers.qs.map(({ path, value }) => `${path}=${value}`)).toEqual(['a[0]="1"', 'a[1]="2"']);
  expect(twice.agree).toBe(false);
  expect(readersOf('{"php":[],"qs":{"a":[]},"whatwg":[]}').readers).toEqual({
    php: [],
    qs: [{ path: "a", value: "[]", parts: true }],
    whatwg: [],
  });
});
