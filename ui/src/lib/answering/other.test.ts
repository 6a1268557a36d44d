import { expect, test } from "vitest";

import type { Api } from "../api/api";
import type { Exchange } from "../api/types";
import { sentAnswer } from "./other";

test("an answer that was read as text goes out again under the name of UTF-8", async () => {
  const exchange = {
    id: "e",
    status: 200,
    response: {
      headers: [
        ["Content-Type", "text/html; charset=windows-1251; x=1"],
        ["Content-Length", "6"],
        ["X-A", "b"],
      ],
      body: { kind: "text", bytes: 6, truncated: false },
    },
  } as unknown as Exchange;
  const api = { text: () => Promise.resolve("привет") } as unknown as Api;
  expect(await sentAnswer(api, exchange)).toEqual({
    status: 200,
    headers: [
      ["Content-Type", "text/html; charset=utf-8; x=1"],
      ["X-A", "b"],
    ],
    body: "привет",
  });
});
