/** What is there where a path of a text finds nothing. Pure. */
import { childrenOf, childTexts, kindOf } from "../json/walk";

export interface Missing {
  /** The part of the path that is there; empty: nothing of it is. */
  at: string;
  /** The step that is not there. */
  lacks: string;
  /** Whole paths that begin as this one does, the nearest first. */
  instead: readonly string[];
}

const MOST = 8;

interface Step {
  key: string;
  /** As it is written, with its dot or brackets. */
  text: string;
}

/** `a.b[0].c` as its steps. */
function stepsOf(path: string): Step[] {
  return [...path.matchAll(/\[([^\]]*)\]?|\.?([^.[]+)/g)].map(([text, index, key]) => ({
    key: index ?? key ?? "",
    text: text.replace(/^\./, ""),
  }));
}

/** `variables`: an object of all of them, as JSON text. */
export function missingOf(variables: string, path: string): Missing {
  let here = variables;
  let at = "";
  for (const { key, text } of stepsOf(path)) {
    const next = childTexts(here).get(key);
    if (next === undefined) return { at, lacks: text, instead: inside(here, at) };
    here = next;
    at = joined(at, text);
  }
  return { at, lacks: "", instead: inside(here, at) };
}

function inside(json: string, at: string): string[] {
  const inArray = kindOf(json) === "array";
  const keys = [...new Set((childrenOf(json) ?? []).map(({ key }) => key))];
  return keys.slice(0, MOST).map((key) => joined(at, inArray ? `[${key}]` : key));
}

const joined = (at: string, step: string): string => (at === "" || step.startsWith("[") ? at + step : `${at}.${step}`);
