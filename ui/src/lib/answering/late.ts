/** Which variables of a late answer are worth delivering. Pure. */
import type { Variable } from "../api/types";
import { sameText } from "../json/same";
import { childTexts } from "../json/walk";

export interface LateChoice {
  name: string;
  /** What the server sent. */
  json: string;
  /** What the bot has by now, where the user or a later answer changed it meanwhile. */
  now: string | null;
  /** It was changed meanwhile; `now` is `null` where it is gone. */
  changed: boolean;
  chosen: boolean;
}

/**
 * Each variable of the late answer; one that was changed since the turn is not chosen at first:
 * what is newer is not to be overwritten unasked. `later`: the variables of the user's newest turn.
 */
export function choicesOf(late: string, turn: readonly Variable[], later: readonly Variable[] | null): LateChoice[] {
  const then = new Map(turn.map(({ name, after }) => [name, after]));
  const newest = later && new Map(later.map((one) => [one.name, one.in]));
  return [...childTexts(late)].map(([name, json]) => {
    const before = then.get(name) ?? null;
    const now = newest?.get(name) ?? null;
    const isSame = before === null || now === null ? before === now : sameText(before, now);
    // What the bot has already from elsewhere takes no harm.
    const changed = newest !== null && !isSame && !(now !== null && sameText(now, json));
    return { name, json, now: changed ? now : null, changed, chosen: !changed };
  });
}
