import { expect, test } from "vitest";

import cases from "../../../../tests/fixtures/charset-fields.json";
import { asUtf8, inUtf8 } from "./charset";

test("a field names UTF-8 for the texts of the table that the engine shares", () => {
  expect(cases.length).toBeGreaterThan(20);
  for (const { field, any, ascii } of cases) {
    expect(asUtf8(["content-type", field])).toEqual(["content-type", any]);
    expect(inUtf8(["Content-Type", field], "П")).toEqual(["Content-Type", any]);
    expect(inUtf8(["Content-Type", field], "a=%CF")).toEqual(["Content-Type", ascii]);
  }
});
test("another field stays as it is", () => {
  expect(asUtf8(["X-Type", "a; charset=koi8-r"])[1]).toBe("a; charset=koi8-r");
});
