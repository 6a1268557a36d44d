import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Unreachable } from "../api/errors";
import { t, words } from "../i18n/index.svelte";
import { sentence, Toasts } from "./toasts.svelte";

beforeEach(() => {
  vi.useFakeTimers();
  words.use("en");
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test("what is on the screen follows the language, its button too", () => {
  const toasts = new Toasts();
  toasts.undo(
    () => t("detail.deletedOne", { event: "pay" }),
    () => undefined,
  );
  toasts.error(new Unreachable(new Error("Failed to fetch")));
  words.use("ru");
  const [deleted, failed] = toasts.list;
  expect(deleted?.text()).toBe(t("detail.deletedOne", { event: "pay" }));
  expect(deleted?.action?.label()).toBe("Вернуть");
  expect(failed?.text()).toBe("Нет связи с приложением");
});

test.each([new TypeError("x is not a function"), new DOMException("The object is in an invalid state"), undefined])(
  "what a library throws is said in the reader's words: %s",
  (thrown) => {
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    words.use("ru");
    const toasts = new Toasts();
    toasts.error(thrown);
    expect(toasts.list[0]?.text()).not.toMatch(/[a-z]/);
    expect(warn, "the console has the rest").toHaveBeenCalledWith(thrown);
  },
);

test("what the window's own commands say is passed on", () => {
  expect(sentence("The disk is full")).toBe("That did not work: The disk is full");
});

test("what can still be taken back outlasts messages in passing", () => {
  const toasts = new Toasts();
  toasts.undo(
    () => "deleted",
    () => undefined,
  );
  for (let number = 1; number <= 5; number += 1) toasts.info(() => String(number));
  expect(toasts.list.map(({ text }) => text())).toEqual(["deleted", "3", "4", "5"]);
});
