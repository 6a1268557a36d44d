import { expect, test } from "vitest";

import type { Api, BodyQuery } from "../api/api";
import { ApiError } from "../api/errors";
import type { BodyInfo } from "../api/types";
import { BodyView } from "./body.svelte";

const LONG: BodyInfo = { bytes: 30_000_000, kind: "text", charset: "utf-8", encoding: "gzip", truncated: false };

test("a view of a decoded beginning knows that it is one, and hex shows all again", async () => {
  const api = {
    body: (_id: string, _side: string, query: BodyQuery) => {
      const headers = new Headers({ "Content-Range": `bytes 0-1/${query.decoded ? 1_000_000 : LONG.bytes}` });
      if (query.decoded) headers.set("X-Body-Part", "beginning");
      return Promise.resolve({ bytes: new Uint8Array([0x61, 0x62]), headers, status: 206 });
    },
  };
  const view = new BodyView(api as unknown as Api, "id", "request", LONG);
  await view.reveal(0);
  expect([view.inPart, view.total, view.text]).toEqual([true, 1_000_000, "ab"]);
  view.mode = "hex";
  await view.load();
  expect([view.inPart, view.total]).toEqual([false, LONG.bytes]);
});

test("what pretty refuses, because it is no JSON, is shown as it is", async () => {
  const api = {
    body: (_id: string, _side: string, query: BodyQuery) =>
      query.pretty
        ? Promise.reject(new ApiError(409, "not_json", ""))
        : Promise.resolve({ bytes: new Uint8Array([0x7b]), headers: new Headers(), status: 200 }),
  };
  const view = new BodyView(api as unknown as Api, "id", "request", { ...LONG, bytes: 2, kind: "json" });
  view.mode = "pretty";
  await view.load();
  expect([view.mode, view.text, view.error]).toEqual(["raw", "{", null]);
});
