import { expect, test } from "vitest";

import type { Api } from "../api/api";
import type { PlatformInfo } from "../api/types";
import { Platforms } from "./platforms.svelte";

const graph = { id: "graph", name: "Graph", reasons: [{ id: "status", name: "the status is not 200" }] };

test("a reason is given in the platform's words, and by its code where there are none", async () => {
  const platforms = [graph as PlatformInfo];
  const store = new Platforms({ platforms: () => Promise.resolve({ platforms }) } as unknown as Api);
  expect(store.reason("graph", "status")).toBe("status");
  await store.reload();
  expect(store.reason("graph", "status")).toBe("the status is not 200");
  expect(store.reason("graph", "unknown")).toBe("unknown");
  expect(store.reason("plain", "status")).toBe("status");
});
