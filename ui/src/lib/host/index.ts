/** Finds out which program is around the page. The window's packages are loaded only there. */
import { browserHost } from "./browser";
import type { Host } from "./types";

export type { Host } from "./types";

export async function findHost(): Promise<Host> {
  if (!("__TAURI_INTERNALS__" in window)) return browserHost();
  const { windowHost } = await import("./tauri");
  return windowHost();
}
