import { beforeEach, expect, test } from "vitest";

import type { Api } from "../api/api";
import { RuleDrafts } from "./drafts";
import { newRule } from "./fields";
import { ruleJson } from "./fields-write";

const named = (name: string, id: string | null = null) => ruleJson({ ...newRule(), id, name });
const api = {} as Api;
beforeEach(() => localStorage.clear());

/** A write of one page, told to the others as a browser does. */
function told(change: () => void): void {
  const entries = () => new Map(Object.keys(localStorage).map((key) => [key, localStorage.getItem(key)]));
  const before = entries();
  change();
  const after = entries();
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [oldValue, newValue] = [before.get(key) ?? null, after.get(key) ?? null];
    if (oldValue !== newValue) window.dispatchEvent(new StorageEvent("storage", { key, oldValue, newValue }));
  }
}

test("drafts of two pages stand beside each other, and both outlast a restart", () => {
  const [one, other] = [new RuleDrafts(api), new RuleDrafts(api)];
  const first = one.begin("a", named("One"));
  const second = other.begin("a", named("Other"));
  expect(first.name).not.toBe(second.name);
  const later = new RuleDrafts(api);
  expect([...later.unsavedOf("a")].sort()).toEqual([first.name, second.name].sort());
  expect(later.of("a", first.name, null)?.fields.name).toBe("One");
  expect(later.of("a", second.name, null)?.fields.name).toBe("Other");
});
test("what another page writes into a rule stands here too, and goes with it", () => {
  const saved = named("Pay", "r");
  let changes = 0;
  const [one, other] = [new RuleDrafts(api), new RuleDrafts(api, () => (changes += 1))];
  const [here, there] = [one.of("a", "r", saved), other.of("a", "r", saved)];
  if (!here || !there) throw new Error("both are open");
  here.fields.name = "Paid";
  told(() => one.keep(here));
  expect([there.fields.name, there.dirty, changes]).toEqual(["Paid", true, 1]);
  // What was taken over is not written back: no page would ever come to rest.
  const kept = localStorage.getItem("hookloupe.ruleDraft a r");
  other.keep(there);
  expect(localStorage.getItem("hookloupe.ruleDraft a r")).toBe(kept);
  told(() => one.drop("a", "r"));
  expect([there.fields.name, there.dirty]).toEqual(["Pay", false]);
});
test("what was typed here after another page put the draft away stays", () => {
  const saved = named("Pay", "r");
  const [one, other] = [new RuleDrafts(api), new RuleDrafts(api)];
  const [here, there] = [one.of("a", "r", saved), other.of("a", "r", saved)];
  if (!here || !there) throw new Error("both are open");
  here.fields.name = "Paid";
  told(() => one.keep(here));
  there.fields.name = "Paid out";
  told(() => one.drop("a", "r"));
  expect(there.fields.name).toBe("Paid out");
  other.keep(there);
  expect(new RuleDrafts(api).left("a", "r")?.json).toContain("Paid out");
});
test("more drafts than are kept put the oldest away", () => {
  const drafts = new RuleDrafts(api);
  const names = Array.from({ length: 51 }, (_, index) => drafts.begin("a", named(String(index))).name);
  expect(new RuleDrafts(api).unsavedOf("a")).toEqual(new Set(names.slice(1)));
});
