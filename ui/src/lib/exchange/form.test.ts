import { expect, test } from "vitest";
import { formFields } from "./form";

test.each([
  [
    "a=1&b=2",
    null,
    [
      ["a", "1"],
      ["b", "2"],
    ],
  ],
  [
    "a=%D0%9F%D1%80+x&a=&c",
    "utf-8",
    [
      ["a", "Пр x"],
      ["a", ""],
      ["c", ""],
    ],
  ],
  ["text=%CF%F0%E8%E2%E5%F2", "windows-1251", [["text", "Привет"]]],
  ["text=%CF%F0%E8%E2%E5%F2", "utf-8", [["text", "Привет"]]],
  ["text=%F0%D2", "koi8-r", [["text", "Пр"]]],
  [
    "text=Привет%21&100%",
    "windows-1251",
    [
      ["text", "Привет!"],
      ["100%", ""],
    ],
  ],
  ["a=b=c", "none-such", [["a", "b=c"]]],
] as const)("the form %s in %s is read as its letters", (text, charset, fields) => {
  expect(formFields(text, charset)).toEqual(fields);
});
