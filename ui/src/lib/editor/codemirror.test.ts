import { expect, test } from "vitest";

import { createEditor } from "./codemirror";

test("a text whose lines end otherwise is no change of it", () => {
  const changes: string[] = [];
  const editor = createEditor({
    parent: document.body,
    text: "a\r\nb",
    label: "Body",
    readonly: false,
    json: false,
    numbered: true,
    memory: null,
    names: () => [],
    valueOf: () => null,
    onchange: (text) => void changes.push(text),
  });
  editor.setText("a\r\nb");
  expect(changes).toEqual([]);
  editor.setText("a\r\nc");
  expect(changes).toEqual(["a\nc"]);
  editor.destroy();
});
