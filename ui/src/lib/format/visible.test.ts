import { expect, test } from "vitest";

import { visible } from "./visible";

test("signs that turn a line round or are not seen stand as marks", () => {
  expect(visible("оплата \u202egpj.tnemyap")).toBe("оплата <U+202E>gpj.tnemyap");
  expect(visible("a\u200bb\u0000\u2066c\ufeff")).toBe("a<U+200B>b<U+0000><U+2066>c<U+FEFF>");
  expect(visible("a\u115f\u3164\uffa0\u2800")).toBe("a<U+115F><U+3164><U+FFA0><U+2800>");
  expect(visible("a\u{e0101}\ufe00")).toBe("a<U+E0101><U+FE00>");
  expect(visible("\u001b[31m\u009b\u00ad")).toBe("<U+001B>[31m<U+009B><U+00AD>");
});
test("letters of every script, emojis and line ends stay as they are", () => {
  const text = "Привет, שלום مرحبا 👨‍👩‍👧 ❤️ é\t1\r\n2";
  expect(visible(text)).toBe(text);
});
