import { expect, test } from "vitest";

import type { Exchange } from "../api/types";
import { curlOf } from "./curl";

const exchange = (more: object) =>
  ({
    method: "POST",
    path: "/",
    request: {
      query: null,
      headers: [
        ["Content-Type", "application/json"],
        ["Host", "x"],
        ["Content-Length", "2"],
      ],
    },
    ...more,
  }) as unknown as Exchange;

test("a command sends the same method, target, fields and body", () => {
  expect(curlOf(exchange({}), "http://127.0.0.1:1/secret", "{}")).toBe(
    `curl http://127.0.0.1:1/secret -H 'Content-Type: application/json' --data-binary '{}'`,
  );
  expect(
    curlOf(exchange({ method: "GET", path: "/a", request: { query: "b=1&c", headers: [] } }), "http://h/", null),
  ).toBe(`curl -X GET 'http://h/a?b=1&c'`);
});
test("nothing in a body or a field ends its word", () => {
  const command = curlOf(
    exchange({ request: { query: null, headers: [["X", "a'b $(c)"]] } }),
    "http://h/s",
    "it's\n`x`",
  );
  expect(command).toContain(String.raw`-H 'X: a'\''b $(c)'`);
  expect(command).toContain(String.raw`--data-binary 'it'\''s` + "\n`x`'");
});
