import { flushSync } from "svelte";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";

import type { Api } from "../api/api";
import { ApiError } from "../api/errors";
import { ExchangeList } from "../stores/exchange-list.svelte";
import { Focus } from "../stores/focus.svelte";
import { Program } from "../stores/program.svelte";
import { summary } from "../stores/sample";
import { APPLY_MS, FilterField } from "./filter-field.svelte";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function stage() {
  const api = {
    names: () => Promise.resolve({ names: ["city"] }),
    list: () => Promise.resolve({ exchanges: [], next_before: null, searched_back_to: null, filter_notes: [], seq: 0 }),
  } as unknown as Api;
  const list = new ExchangeList(api);
  const focus = new Focus();
  list.replaceAll([summary(2, { event: "pay" }), summary(1, { event: "start" })], true);
  const field = new FilterField({ focus, list, program: new Program(api) });
  const input = {
    selectionStart: 0,
    focused: 0,
    focus: () => (input.focused += 1),
    blur: vi.fn(),
    select: vi.fn(),
    setSelectionRange: vi.fn(),
  };
  const stop = $effect.root(() => {
    field.connect();
    field.attach(input);
  });
  flushSync();
  onTestFinished(stop);
  return {
    field,
    focus,
    input,
    list,
    type: (text: string) => {
      field.text = text;
      input.selectionStart = text.length;
      field.typed();
    },
    press: (key: string) => field.press({ key, shiftKey: false }),
  };
}

test("a pause in typing gives the filter to the list", () => {
  const { list, type } = stage();
  type("event:pa");
  vi.advanceTimersByTime(APPLY_MS - 1);
  type("event:pay");
  vi.advanceTimersByTime(APPLY_MS - 1);
  expect(list.filter).toBe("");
  vi.advanceTimersByTime(1);
  expect(list.filter).toBe("event:pay");
});
test("Enter gives it at once and goes to the list", () => {
  const { focus, list, press, type } = stage();
  type("is:held");
  expect(press("Enter")).toBe(true);
  vi.advanceTimersByTime(0);
  expect(list.filter).toBe("is:held");
  expect(focus.claim("list")).toBe(true);
});
test("values seen in the list are suggested, and the picked one replaces the word", () => {
  const { field, press, type } = stage();
  type("is:held event:p");
  expect(field.options.map(({ text }) => text)).toEqual(["pay"]);
  press("ArrowDown");
  expect(press("Tab")).toBe(true);
  expect(field.text).toBe("is:held event:pay ");
  expect(field.open, "a whole condition needs nothing more").toBe(false);
});
test("Escape closes the suggestions, then empties the field, then leaves it", () => {
  const { field, focus, press, type } = stage();
  type("event:p");
  press("Escape");
  expect([field.open, field.text]).toEqual([false, "event:p"]);
  press("Escape");
  expect(field.text).toBe("");
  press("Escape");
  expect(focus.claim("list")).toBe(true);
});
test("other keys are typing", () => {
  const { press } = stage();
  expect([press("a"), press("ArrowLeft"), press("Backspace")]).toEqual([false, false, false]);
});
test("a filter set from elsewhere is shown, and a space at its end does not fight the typing", () => {
  const { field, list, type } = stage();
  list.setFilter("var.city=Казань");
  flushSync();
  expect(field.text).toBe("var.city=Казань");
  type("var.city=Казань ");
  vi.advanceTimersByTime(APPLY_MS);
  flushSync();
  expect(field.text).toBe("var.city=Казань ");
});
test("the part that cannot be read is found by its byte", () => {
  const { field, list, type } = stage();
  type("event:оплата stat:5 x");
  list.filterError = new ApiError(422, "filter_invalid", "No such field.", null, 19);
  expect(field.wrong).toEqual({ before: "event:оплата ", part: "stat:5" });
});
test("a request for the focus selects the text", () => {
  const { focus, input } = stage();
  focus.request("filter");
  flushSync();
  expect(input.focused).toBe(1);
  expect(input.select).toHaveBeenCalledOnce();
});
