import { createRawSnippet, flushSync, mount, unmount } from "svelte";
import { expect, onTestFinished, test } from "vitest";

import FixedRows from "./FixedRows.svelte";

const ROW = 28;

/** A list as high as ten rows, scrolled so that a row is the first in sight. */
function rows(count: number) {
  const props = $state({
    items: Array.from({ length: count }, (_, index) => index),
    height: ROW,
    top: 0,
    room: 10 * ROW,
    shifted: 0,
    children: createRawSnippet((item: () => unknown) => ({
      render: () => `<p>${String(item())}</p>`,
      setup: (node) => {
        $effect(() => {
          node.textContent = String(item());
        });
      },
    })),
  });
  const made = mount(FixedRows, { target: document.body, props });
  flushSync();
  onTestFinished(() => unmount(made));
  const drawn = () => [...document.querySelectorAll<HTMLElement>(".slot")];
  const position = (slot: HTMLElement) => Number.parseFloat(slot.style.top) + props.shifted * ROW;
  return {
    props,
    drawn,
    texts: () =>
      drawn()
        .toSorted((a, b) => position(a) - position(b))
        .map((slot) => Number(slot.textContent)),
  };
}

test("of a hundred thousand rows those in sight are drawn, and a few beyond", () => {
  const { props, texts } = rows(100_000);
  props.top = 60_000 * ROW;
  flushSync();
  expect(texts()[0]).toBe(59_996);
  expect(texts()).toHaveLength(19);
  props.top = (100_000 - 10) * ROW;
  flushSync();
  expect(texts().at(-1)).toBe(99_999);
});
test("rows in sight keep their elements when rows come in above", () => {
  const { props, drawn, texts } = rows(1000);
  props.top = 500 * ROW;
  flushSync();
  const before = new Map(drawn().map((slot) => [slot.textContent, slot]));
  props.items = [-2, -1, ...props.items];
  props.top += 2 * ROW;
  props.shifted += 2;
  flushSync();
  expect(texts()[0]).toBe(496);
  expect(drawn().every((slot) => before.get(slot.textContent) === slot)).toBe(true);
});
test("a short list draws what there is", () => {
  expect(rows(3).texts()).toEqual([0, 1, 2]);
});
