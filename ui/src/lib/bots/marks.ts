/** The short mark that tells bots apart in a row: letters of the name, made unique. Pure. */
import type { Bot } from "../api/types";

export interface BotMark {
  text: string;
  /** Which of the colours; the letters say the same without it. */
  colour: number;
}

/** How many colours tokens.css has for marks: `--bot-0` and so on. */
const COLOURS = 6;
const LENGTH = 2;

/** Beginnings of the words, or of the only one: "Pizza Demo" is PD, "Shop" is SH. */
function letters(name: string): string {
  const words = name.match(/[\p{L}\p{N}]+/gu) ?? [];
  const [first = "", second] = words;
  const found = second === undefined ? [...first].slice(0, LENGTH) : [[...first][0], [...second][0]];
  return found.join("").toUpperCase();
}

/**
 * The mark of each bot, in the order they were made; a mark that is taken gets the bot's number.
 */
export function botMarks(bots: readonly Pick<Bot, "id" | "name">[]): Map<string, BotMark> {
  const marks = new Map<string, BotMark>();
  const taken = new Set<string>();
  for (const [index, { id, name }] of bots.entries()) {
    const wanted = letters(name);
    const numbered = `${wanted.slice(0, 1)}${index + 1}`;
    const text = wanted === "" || taken.has(wanted) ? numbered : wanted;
    taken.add(text);
    marks.set(id, { text, colour: index % COLOURS });
  }
  return marks;
}
