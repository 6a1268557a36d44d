import { expect, test } from "vitest";

import { Selection, type SelectionParts } from "./selection.svelte";

/** A list of rows `a` to `f`, of which `a` waits above the others. */
function selection(): Selection {
  const ids = ["b", "c", "d", "e", "f"];
  const detail = $state({ id: null as string | null, show: (id: string | null) => void (detail.id = id) });
  const parts = {
    detail,
    list: { find: () => null, items: ids.map((id) => ({ type: "row", exchange: { id } })), following: true },
    heldTurns: { rows: [{ id: "a" }], find: () => null },
    pane: { reset: () => undefined },
    navigation: { goTo: () => undefined },
  };
  return new Selection(parts as unknown as SelectionParts);
}

test("a range goes from where it began, whichever way it is drawn, and shows its end", () => {
  const one = selection();
  one.select("c");
  expect(one.several).toEqual([]);
  one.extend(1);
  one.extend(1);
  expect(one.several).toEqual(["c", "d", "e"]);
  one.extendTo("a");
  expect(one.several).toEqual(["a", "b", "c"]);
  one.extend(1);
  expect(one.several).toEqual(["b", "c"]);
  one.extend(1);
  expect(one.several).toEqual([]);
  expect(one.isChosen("c")).toBe(true);
});
test("single rows join and leave, and one alone is no group", () => {
  const one = selection();
  one.select("b");
  one.toggle("f");
  one.toggle("d");
  expect(one.several).toEqual(["b", "d", "f"]);
  expect(["a", "b", "c", "d"].map((id) => one.isChosen(id))).toEqual([false, true, false, true]);
  one.toggle("d");
  expect(one.several).toEqual(["b", "f"]);
  expect(one.isChosen("d")).toBe(false);
  one.toggle("b");
  expect(one.several).toEqual([]);
  expect(one.isChosen("f")).toBe(true);
  expect(one.isChosen("b")).toBe(false);
});
test("another choice, or Escape, leaves one row alone", () => {
  const one = selection();
  one.all();
  expect(one.several).toHaveLength(6);
  one.alone();
  expect(one.several).toEqual([]);
  one.all();
  one.select("d");
  expect(one.several).toEqual([]);
  expect(one.isChosen("d")).toBe(true);
});
