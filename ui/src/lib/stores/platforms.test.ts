import { expect, test } from "vitest";

import type { Api } from "../api/api";
import type { PlatformInfo } from "../api/types";
import { Platforms } from "./platforms.svelte";

const part = { id: "graph_http", name: "Part", reasons: [{ id: "status", name: "the exit for errors" }] };
const graph = { id: "graph", name: "Graph", reasons: [{ id: "status", name: "the status is not 200" }], parts: [part] };

test("a variable is the developer's where its platform says so of its role", async () => {
  const role = (id: string, own: boolean) => ({ id, name: id, own });
  const platforms = [{ ...graph, roles: [role("user", false), role("engine", true)] } as unknown as PlatformInfo];
  const store = new Platforms({ platforms: () => Promise.resolve({ platforms }) } as unknown as Api);
  expect(store.isOwn("graph", { role: "user" }), "not read yet").toBe(true);
  await store.reload();
  const roles = ["user", "engine", "event"] as const;
  expect(roles.map((role) => store.isOwn("graph", { role }))).toEqual([false, true, true]);
});

test("a reason is given in the platform's words, and by its code where there are none", async () => {
  const platforms = [graph as unknown as PlatformInfo];
  const store = new Platforms({ platforms: () => Promise.resolve({ platforms }) } as unknown as Api);
  expect(store.reason("graph", "status")).toBe("status");
  await store.reload();
  expect(store.reason("graph", "status")).toBe("the status is not 200");
  expect(store.reason("graph", "unknown")).toBe("unknown");
  expect(store.reason("plain", "status")).toBe("status");
  expect(store.reason("graph_http", "status"), "of a part").toBe("the exit for errors");
  expect(store.list, "a bot is of none of them").toEqual(platforms);
});
