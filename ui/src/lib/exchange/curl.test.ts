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
        [":authority", "x"],
        ["Content-Length", "2"],
      ],
    },
    ...more,
  }) as unknown as Exchange;

/** The fields that curl adds where there are none. */
const NONE_ADDED = `-H Accept: -H User-Agent:`;
const withFields = (...headers: [string, string][]) => exchange({ request: { query: null, headers } });

test("a command sends the same method, target, fields and body", () => {
  expect(curlOf(exchange({}), "http://127.0.0.1:1/secret", "{}")).toBe(
    `curl http://127.0.0.1:1/secret -H 'Content-Type: application/json' ${NONE_ADDED} --data-raw '{}'`,
  );
  expect(
    curlOf(exchange({ method: "GET", path: "/a", request: { query: "b=1&c", headers: [] } }), "http://h/", null),
  ).toBe(`curl -X GET 'http://h/a?b=1&c' ${NONE_ADDED}`);
});
test("nothing in a body or a field ends its word", () => {
  const command = curlOf(withFields(["X", "a'b $(c)"]), "http://h/s", "it's\n`x`");
  expect(command).toContain(String.raw`-H 'X: a'\''b $(c)'`);
  expect(command).toContain(String.raw`--data-raw 'it'\''s` + "\n`x`'");
});
test("a body that begins with @ is no file's name, and one that begins with = no program's in zsh", () => {
  expect(curlOf(exchange({}), "http://h/s", "@a")).toMatch(/ --data-raw @a$/);
  expect(curlOf(exchange({}), "http://h/s", "=ls")).toMatch(/ --data-raw '=ls'$/);
});
test("curl adds no field of its own, and leaves out none that is empty", () => {
  const command = curlOf(withFields(["X-Empty", ""], ["accept", "a/b"], ["user-agent", "bot"]), "http://h/s", "a");
  expect(command).toBe(
    `curl http://h/s -H 'X-Empty;' -H 'accept: a/b' -H 'user-agent: bot' -H Content-Type: --data-raw a`,
  );
});
test("brackets and dots in the target go out as they came", () => {
  const of = (path: string, query: string | null) =>
    curlOf(exchange({ path, request: { query, headers: [] } }), "http://h/s", "a");
  expect(of("/a", "b[0]={c}")).toMatch(/^curl -g 'http:\/\/h\/s\/a\?b\[0\]=\{c\}' /);
  expect(of("/a/../b", null)).toMatch(/^curl --path-as-is http:\/\/h\/s\/a\/..\/b /);
  expect(of("/a/%2E.", null)).toMatch(/^curl --path-as-is /);
  expect(of("/a..b/.c", "x=/../")).not.toContain("--path-as-is");
});
test("HEAD waits for no body", () => {
  expect(curlOf(exchange({ method: "HEAD" }), "http://h/s", null)).toMatch(/^curl --head http:\/\/h\/s /);
});
test("HEAD with a body takes it along, and does not wait for the one that the answer's length promises", () => {
  const command = curlOf(exchange({ method: "HEAD", request: { query: null, headers: [] } }), "http://h/s", "a");
  expect(command).toMatch(
    /^curl -X HEAD --ignore-content-length -H 'Connection: close' http:\/\/h\/s .* --data-raw a$/,
  );
});
test("bytes that are no word of a shell go to curl by its input, each as it came", () => {
  const coded = withFields(["Content-Type", "text/plain; charset=koi8-r"], ["Content-Encoding", "gzip"]);
  const command = curlOf(coded, "http://h/s", Uint8Array.from([0, 0x41, 0x25, 0x5c, 0x27, 0x0a, 0xff]));
  expect(command).toMatch(/^printf '\\000A%%\\\\\\047\\012\\377' \| curl http:\/\/h\/s .* --data-binary @-$/);
  expect(command).toContain("-H 'Content-Type: text/plain; charset=koi8-r' -H 'Content-Encoding: gzip'");
});
test("a text too long for one word goes by the input, and a body too long for a command by a file", () => {
  expect(curlOf(exchange({}), "http://h/s", "ё".repeat(60_000))).toMatch(/^printf '\\321\\221.* --data-binary @-$/);
  expect(curlOf(exchange({}), "http://h/s", { file: "pay 1.bin", decoded: false })).toMatch(
    / --data-binary '@pay 1.bin'$/,
  );
});
test("a file of a coded body holds its text, whose field names no coding, and a file of bytes keeps both", () => {
  const coded = withFields(["Content-Type", "text/plain; charset=koi8-r"], ["Content-Encoding", "gzip"]);
  const text = curlOf(coded, "http://h/s", { file: "a.txt", decoded: true });
  expect(text).toContain("-H 'Content-Type: text/plain; charset=utf-8'");
  expect(text).not.toContain("Content-Encoding");
  const bytes = curlOf(coded, "http://h/s", { file: "a.bin.gz", decoded: false });
  expect(bytes).toContain("-H 'Content-Type: text/plain; charset=koi8-r' -H 'Content-Encoding: gzip'");
});
test("a body that was decoded goes out under the name of UTF-8", () => {
  const form = exchange({ request: { query: null, headers: [["Content-Type", "text/plain; charset=koi8-r"]] } });
  expect(curlOf(form, "http://h/s", "ё")).toContain("-H 'Content-Type: text/plain; charset=utf-8'");
  expect(curlOf(form, "http://h/s", "e")).toContain("-H 'Content-Type: text/plain; charset=koi8-r'");
});
