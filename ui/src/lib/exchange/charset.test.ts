import { expect, test } from "vitest";

import { asUtf8, inUtf8 } from "./charset";

test("a charset is named utf-8, and the rest of the field stays byte for byte", () => {
  const said = (value: string) => asUtf8(["content-type", value])[1];
  expect(said("text/html;  Charset=windows-1251 ;q=1")).toBe("text/html;  Charset=utf-8 ;q=1");
  expect(said('text/xml; charset="koi8-r"')).toBe('text/xml; charset="utf-8"');
  expect(said("text/plain; x=charset; charset = cp1251")).toBe("text/plain; x=charset; charset = utf-8");
});
test("a field without a charset, with an empty one or with UTF-8 stays as it is", () => {
  for (const value of ["text/plain", "text/plain; charset=", "text/plain; charset=UTF-8", "text/plain;charset=utf8"])
    expect(asUtf8(["Content-Type", value])[1]).toBe(value);
  expect(asUtf8(["X-Type", "a; charset=koi8-r"])[1]).toBe("a; charset=koi8-r");
});
test("ASCII keeps its charset, which may tell of escapes, unless that has two bytes a letter", () => {
  const form = "application/x-www-form-urlencoded; charset=windows-1251";
  expect(inUtf8(["Content-Type", form], "a=%CF")[1]).toBe(form);
  expect(inUtf8(["Content-Type", form], "a=П")[1]).toContain("charset=utf-8");
  expect(inUtf8(["Content-Type", "text/plain; charset=utf-16le"], "a")[1]).toBe("text/plain; charset=utf-8");
});
