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
  /** The developer's own server is asked. */
  asks: boolean;
  choice: ModeChoice;
}

export const MODES: Record<Mode, ModeSpec> = {
  rules: {
    holds: false,
    asks: false,
    choice: {
      label: { ru: "Правила", en: "Rules" },
      help: {
        ru: "Отвечает первое подошедшее правило, а если такого нет — ответ по умолчанию",
        en: "The first rule that matches answers; where none does, the default answer goes out",
      },
      command: { ru: "Отвечают правила", en: "Rules answer" },
      key: "1",
    },
  },
  hold: {
    holds: true,
    asks: false,
    choice: {
      label: { ru: "Я", en: "Me" },
      help: { ru: "Каждый ход ждёт вашего ответа", en: "Every turn waits for your answer" },
      command: { ru: "Отвечаю я", en: "I answer" },
      key: "2",
    },
  },
  upstream: {
    holds: false,
    asks: true,
    choice: {
      label: { ru: "Мой сервер", en: "My server" },
      help: {
        ru: "Отвечает мой сервер, а если не смог — запасной ответ",
        en: "My server answers; where it cannot, the fallback goes out",
      },
      command: { ru: "Отвечает мой сервер", en: "My server answers" },
      key: "3",
    },
  },
  upstream_hold: {
    holds: true,
    asks: true,
    choice: {
      label: { ru: "Мой сервер и я", en: "My server and me" },
      help: {
        ru: "Ответ сервера ждёт вас: отправьте как есть или поправьте",
        en: "My server's answer waits for you: send it as it is, or correct it",
      },
      command: { ru: "Отвечает мой сервер, я правлю", en: "My server answers, I correct" },
      key: "4",
    },
  },
};

/** The modes, in the order of the switch. */
export const CHOICES: readonly ({ mode: Mode } & ModeChoice)[] = Object.entries(MODES).map(([mode, { choice }]) => ({
  mode: mode as Mode,
  ...choice,
}));

export interface FallbackSpec {
  label: Pair;
  /** Whether the panel offers it; one that is set is shown in any case. */
  offered: boolean;
}

export const FALLBACKS: Record<Fallback, FallbackSpec> = {
  default: { label: { ru: "Ответ по умолчанию", en: "Default answer" }, offered: true },
  last: { label: { ru: "Последний на событие", en: "Last to the event" }, offered: true },
  rules: { label: { ru: "Правила", en: "Rules" }, offered: true },
  upstream: { label: { ru: "Мой сервер", en: "My server" }, offered: false },
};

/**
 * The fallbacks to choose between: those that are offered, and the one that is set. A server's
 * answer is one where a server is named.
 */
export function fallbacks(set: Fallback, hasServer: boolean): Fallback[] {
  const all = Object.keys(FALLBACKS) as Fallback[];
  return all.filter((one) => FALLBACKS[one].offered || (one === "upstream" && hasServer) || one === set);
}

/** Whether a mode needs a server that is not named. */
export function lacksServer(mode: Mode, answering: Pick<Answering, "upstream"> | null): boolean {
  return MODES[mode].asks && answering !== null && answering.upstream === null;
}

/** Whether requests that are answered so go to the developer's own server. */
export function asks(answering: Pick<Answering, "mode"> | null): boolean {
  return answering !== null && MODES[answering.mode].asks;
}

/** Whether requests that are answered so wait for a person. */
export function holds(answering: Pick<Answering, "mode"> | null): boolean {
  return answering !== null && MODES[answering.mode].holds;
}
