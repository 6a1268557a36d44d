/**
 * What of a late answer is to be delivered: which of its variables, chosen by a person or by what
 * the bot has by now. Read when the late answer is looked at.
 */
import { SvelteMap } from "svelte/reactivity";

import type { Api } from "../api/api";
import type { Exchange } from "../api/types";
import { comparable, isTextBody } from "../answering/other";
import { choicesOf, type LateChoice } from "../answering/late";
import { kindOf } from "../json/walk";

/** Late answers whose choices are remembered. */
const REMEMBERED = 50;

export interface LateAnswer {
  /** Its body as it is read; `null` where it is no text. */
  text: string | null;
  /** What went out instead, to compare with. */
  sent: string;
  isObject: boolean;
  choices: readonly LateChoice[];
  /** The later turn that they were compared with. */
  newest: string | null;
}

export class LateAnswers {
  readonly #known = new SvelteMap<string, LateAnswer>();

  constructor(private readonly api: Api) {}

  of(id: string): LateAnswer | null {
    return this.#known.get(id) ?? null;
  }

  /** Reads a late answer, and what the user's bot has by now: another turn of it may have come. */
  async read(exchange: Exchange): Promise<void> {
    const { id, late, response } = exchange;
    if (late === null) return;
    const newest = await this.#newestOf(exchange);
    const known = this.of(id);
    if (known !== null && known.newest === newest) return;
    const [text, sent, now] = await Promise.all([
      isTextBody(late.body) ? comparable(this.api, id, "late", late.body) : null,
      response && isTextBody(response.body) ? comparable(this.api, id, "response", response.body) : "",
      newest === null ? null : this.api.exchange(newest),
    ]);
    const isObject = text !== null && kindOf(text) === "object";
    const choices = isObject ? choicesOf(text, exchange.variables, now?.variables ?? null) : [];
    this.#known.set(id, { text, sent, isObject, choices, newest });
    const [oldest] = this.#known.keys();
    if (this.#known.size > REMEMBERED && oldest !== undefined) this.#known.delete(oldest);
  }

  /** The user's newest turn, where it is a later one. */
  async #newestOf({ bot, id, user }: Exchange): Promise<string | null> {
    // A quotation mark cannot be written in the filter.
    if (user === null || user === "" || /["\\]/.test(user)) return null;
    const { exchanges } = await this.api.list({ limit: 1, filter: `user:"${user}"`, bot });
    const newest = exchanges[0];
    return newest === undefined || newest.id === id ? null : newest.id;
  }

  toggle(id: string, name: string): void {
    const known = this.#known.get(id);
    if (!known) return;
    const choices = known.choices.map((one) => (one.name === name ? { ...one, chosen: !one.chosen } : one));
    this.#known.set(id, { ...known, choices });
  }

  /** The names that are chosen. */
  chosen(id: string): string[] {
    return (this.of(id)?.choices ?? []).filter((one) => one.chosen).map(({ name }) => name);
  }
}
