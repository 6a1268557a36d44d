import { expect, test } from "vitest";

import { isTyping, matches, parseKeys, showKeys, type Pressed } from "./keys";

function press(key: string, code: string, held: Partial<Pressed> = {}): Pressed {
  return { key, code, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...held };
}

test("a letter works in the Russian layout", () => {
  expect(matches(parseKeys("R"), press("к", "KeyR"))).toBe(true);
  expect(matches(parseKeys("["), press("х", "BracketLeft"))).toBe(true);
  expect(matches(parseKeys("/"), press(".", "Slash"))).toBe(true);
});
test("Shift makes another combination", () => {
  expect(matches(parseKeys("A"), press("A", "KeyA", { shiftKey: true }))).toBe(false);
  expect(matches(parseKeys("Shift+A"), press("Ф", "KeyA", { shiftKey: true }))).toBe(true);
});
test("a letter with Ctrl is another key", () => {
  expect(matches(parseKeys("R"), press("r", "KeyR", { ctrlKey: true }))).toBe(false);
  expect(matches(parseKeys("Ctrl+K"), press("л", "KeyK", { ctrlKey: true }))).toBe(true);
  expect(matches(parseKeys("Ctrl+,"), press("б", "Comma", { ctrlKey: true }))).toBe(true);
});
test("the question mark is found by sign in any layout and is not the slash", () => {
  expect(matches(parseKeys("?"), press("?", "Digit7", { shiftKey: true }))).toBe(true);
  expect(matches(parseKeys("?"), press(",", "Slash", { shiftKey: true }))).toBe(true);
  expect(matches(parseKeys("/"), press("?", "Slash", { shiftKey: true }))).toBe(false);
});
test("plus is found with and without Shift", () => {
  expect(matches(parseKeys("Ctrl++"), press("=", "Equal", { ctrlKey: true }))).toBe(true);
  expect(matches(parseKeys("Ctrl++"), press("+", "Equal", { ctrlKey: true, shiftKey: true }))).toBe(true);
});
test("keys are shown as buttons name them", () => {
  expect(showKeys("Ctrl+Enter")).toBe("Ctrl ↵");
  expect(showKeys("Shift+A")).toBe("Shift A");
  expect(showKeys("Ctrl++")).toBe("Ctrl +");
});
test("letters are text in fields and nowhere else", () => {
  expect(isTyping(document.createElement("input"))).toBe(true);
  expect(isTyping(document.createElement("button"))).toBe(false);
  const radio = document.createElement("input");
  radio.type = "radio";
  expect(isTyping(radio)).toBe(false);
});
