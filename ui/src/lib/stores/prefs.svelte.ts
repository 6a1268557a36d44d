/**
 * What belongs to this screen alone: splits, zoom, the last theme and language. Values in the
 * browser's storage.
 */
import type { Platform } from "../api/types";
import type { Chosen } from "../variables/columns";

const KEY = "hookloupe.ui";

/** Widths of the lists of places, in pixels. */
export const WIDTHS = { listWidth: 348, rulesWidth: 388, simulatorWidth: 300 };
export type Width = keyof typeof WIDTHS;

interface Values extends Record<Width, number> {
  answerShare: number;
  zoom: number;
  notify: boolean;
  notifyTunnel: boolean;
  replayUrl: string;
  /** Where the simulator sends to, and the address that was given last. */
  simulatorTarget: "self" | "upstream" | "url";
  simulatorUrl: string;
  /** Rules are listed by group or event. */
  rulesGrouped: boolean;
  systemOpen: boolean;
  /** The answer being written is shown as a table, not as text. */
  answerTable: boolean;
  /** Columns of the variables table that were dragged, by the platform. */
  columns: Partial<Record<Platform, Chosen>>;
  theme: "system" | "light" | "dark" | "contrast";
  language: "system" | "ru" | "en";
}

const DEFAULTS: Values = {
  ...WIDTHS,
  answerShare: 0.445,
  zoom: 1,
  notify: false,
  notifyTunnel: true,
  replayUrl: "",
  simulatorTarget: "self",
  simulatorUrl: "",
  rulesGrouped: false,
  systemOpen: false,
  answerTable: false,
  columns: {},
  theme: "system",
  language: "system",
};

function read(): Values {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return { ...DEFAULTS, ...(typeof found === "object" ? found : {}) };
  } catch {
    return { ...DEFAULTS };
  }
}

class Prefs {
  readonly values: Values = $state(read());

  set<K extends keyof Values>(key: K, value: Values[K]): void {
    this.values[key] = value;
    try {
      localStorage.setItem(KEY, JSON.stringify(this.values));
    } catch {
      // Storage may be forbidden; the choice then lasts as long as the page.
    }
  }
}

export const prefs = new Prefs();

/** Where played turns go: an address, or the word that the program takes for it. */
export function simulatorTarget(): string {
  const { simulatorTarget: target, simulatorUrl } = prefs.values;
  return target === "url" ? simulatorUrl.trim() : target;
}
