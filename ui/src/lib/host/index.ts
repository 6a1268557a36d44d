/** Finds out which program is around the page. The window's packages are loaded only there. */
import { browserHost } from "./browser";
import type { Host } from "./types";

export type { Host } from "./types";

declare global {
  interface Window {
    /** Set by the window before the page runs. */
    hookloupeLanguage?: string;
  }
}

/**
 * The reader's languages. The window's are the program's: WebKitGTK falls back to English where the
 * machine lacks the locale that the environment names.
 */
export function systemLanguages(): readonly string[] {
  const own = window.hookloupeLanguage;
  return own === undefined ? navigator.languages : [own];
}

export async function findHost(): Promise<Host> {
  if (!("__TAURI_INTERNALS__" in window)) return browserHost();
  const { windowHost } = await import("./tauri");
  return windowHost();
}
