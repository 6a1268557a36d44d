import { describe, expect, test } from "vitest";

import type { Answering } from "../api/types";
import { misfits, newServer, refusedField, serverName, serversOf, upstreamsOf, urlFits, usedOf } from "./servers";

const LOCAL = { name: "local", url: "http://localhost:3000", ca_file: null, insecure: false, connect_seconds: 5 };
const STAGE = { name: "", url: "https://stage.example", ca_file: "/etc/ca.pem", insecure: true, connect_seconds: 9 };
const answering = (upstream: string | null): Pick<Answering, "upstream" | "upstreams"> => ({
  upstream,
  upstreams: [LOCAL, STAGE],
});

describe("the servers of a form", () => {
  test("what was saved comes back as it was", () => {
    const given = answering(STAGE.url);
    const rows = serversOf(given);
    expect(upstreamsOf(rows, usedOf(given, rows))).toEqual(given);
  });

  test("a server in use that is not remembered has a row all the same", () => {
    const given = answering("http://127.0.0.1:5000");
    const rows = serversOf(given);
    expect(rows.map(({ url }) => url)).toEqual([LOCAL.url, STAGE.url, "http://127.0.0.1:5000"]);
    expect(upstreamsOf(rows, usedOf(given, rows)).upstream).toBe("http://127.0.0.1:5000");
  });

  test("a blank row is not saved, and does not shift the place of a refusal", () => {
    const rows = [newServer(7), newServer(8, "http://a"), newServer(9, "http://b")];
    expect(upstreamsOf(rows, 7)).toMatchObject({
      upstream: null,
      upstreams: [{ url: "http://a" }, { url: "http://b" }],
    });
    expect(refusedField(rows, 8, "/upstreams/1/ca_file")).toEqual({ key: 9, field: "ca_file" });
    expect(refusedField(rows, 8, "/upstream")).toEqual({ key: 8, field: "url" });
    expect(refusedField(rows, 8, "/hold/seconds")).toBeNull();
  });

  test.each(["http://127.0.0.1:5000", "http://localhost:3000/", "https://bot.example/hook", "http://[::1]:81/a"])(
    "%s is an address of a server",
    (url) => expect(urlFits(url)).toBe(true),
  );

  test.each([
    "",
    "localhost:3000",
    "ftp://h/",
    "http://",
    "http:h",
    "http://h/a b",
    "http://h/?a b",
    "http://h/?a#b",
    "http://h\\x",
  ])("“%s” is none", (url) => expect(urlFits(url)).toBe(false));

  test("what does not fit is named by its field", () => {
    expect(misfits({ ...newServer(0, "localhost"), connectSeconds: "0" })).toEqual(["url", "connect_seconds"]);
    expect(misfits({ ...newServer(0, "http://h"), name: "я".repeat(101) })).toEqual(["name"]);
    expect(misfits(newServer(0)), "a blank row has nothing wrong").toEqual([]);
  });

  test("a server is called by its name, else by where it is", () => {
    expect(serverName(answering(LOCAL.url))).toBe("local");
    expect(serverName(answering(STAGE.url))).toBe("stage.example");
    expect(serverName(answering("http://127.0.0.1:5000/x"))).toBe("127.0.0.1:5000");
  });
});
