/**
 * Who answers, and what goes out when a person is too slow: one entry for each value of the API's
 * vocabulary. The switch, the commands with their keys and the panel are made from these tables. A
 * value that the API gains is an error of the compiler until it has its entry. Pure.
 */
import type { Answering, Fallback, Mode } from "../api/types";
import type { Pair } from "../i18n/table";

/** How a reader chooses a mode. */
export interface ModeChoice {
  /** Its segment of the switch. */
  label: Pair;
  /** What it does, as the segment's tip. */
  help: Pair;
  /** Its command in the palette and on the keys sheet. */
  command: Pair;
  key: string;
}

export interface ModeSpec {
  /** Requests wait for a person. */
  holds: boolean;
  /** `null` where the page does not offer the mode yet. */
  choice: ModeChoice | null;
}

export const MODES: Record<Mode, ModeSpec> = {
  rules: {
    holds: false,
    choice: {
      label: { ru: "Правила", en: "Rules" },
      help: { ru: "Сразу уходит ответ по умолчанию", en: "The default answer goes out at once" },
      command: { ru: "Отвечают правила", en: "Rules answer" },
      key: "1",
    },
  },
  hold: {
    holds: true,
    choice: {
      label: { ru: "Я", en: "Me" },
      help: { ru: "Каждый ход ждёт вашего ответа", en: "Every turn waits for your answer" },
      command: { ru: "Отвечаю я", en: "I answer" },
      key: "2",
    },
  },
  upstream: { holds: false, choice: null },
  upstream_hold: { holds: true, choice: null },
};

/** The modes that can be chosen, in the order of the switch. */
export const CHOICES: readonly ({ mode: Mode } & ModeChoice)[] = Object.entries(MODES).flatMap(([mode, { choice }]) =>
  choice === null ? [] : [{ mode: mode as Mode, ...choice }],
);

export interface FallbackSpec {
  label: Pair;
  /** Whether the panel offers it; one that is set is shown in any case. */
  offered: boolean;
}

export const FALLBACKS: Record<Fallback, FallbackSpec> = {
  default: { label: { ru: "Ответ по умолчанию", en: "The default answer" }, offered: true },
  last: { label: { ru: "Последний ответ на то же событие", en: "The last answer to the same event" }, offered: true },
  rules: { label: { ru: "По правилам", en: "By the rules" }, offered: false },
  upstream: { label: { ru: "Ответ моего сервера", en: "My server's answer" }, offered: false },
};

/** The fallbacks to choose between: those that are offered, and the one that is set. */
export function fallbacks(set: Fallback): Fallback[] {
  const all = Object.keys(FALLBACKS) as Fallback[];
  return all.filter((one) => FALLBACKS[one].offered || one === set);
}

/** Whether requests that are answered so wait for a person. */
export function holds(answering: Pick<Answering, "mode"> | null): boolean {
  return answering !== null && MODES[answering.mode].holds;
}
