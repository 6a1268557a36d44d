/**
 * What was answered to an event before, newest first, equal answers as one; and which two of them
 * are compared.
 */
import type { Api } from "../api/api";
import type { AnswerVersion } from "../api/types";
import type { Given } from "../stores/drafts.svelte";
import { withoutMadeAnew } from "./other";

/** Versions that are read at once. */
const LIMIT = 50;
/** A page may be empty and yet not be the last: reading on by itself ends here. */
const EMPTY_PAGES = 10;

export class AnswerVersions {
  list = $state.raw<readonly AnswerVersion[]>([]);
  error = $state.raw<unknown>(null);
  reading = $state(false);
  /** Where older ones are asked for; `null` where there are none. */
  #before = $state.raw<number | null | undefined>(undefined);
  readonly hasMore = $derived(this.#before !== null);
  /** The exchange of the version that is looked at. */
  #chosen = $state<string | null>(null);
  /** The exchange of the version that it is compared with. */
  against = $state<string | null>(null);
  readonly chosen: AnswerVersion | null = $derived(
    this.list.find(({ exchange_id }) => exchange_id === this.#chosen) ?? this.list[0] ?? null,
  );
  readonly other: AnswerVersion | null = $derived(
    this.list.find((one) => one.exchange_id === this.against && one !== this.chosen) ?? null,
  );

  constructor(
    private readonly api: Pick<Api, "answerVersions" | "text">,
    private readonly bot: string,
    private readonly event: string | null,
  ) {}

  /** Reads the next older ones. */
  async more(): Promise<void> {
    if (this.reading || this.#before === null) return;
    this.reading = true;
    this.error = null;
    const had = this.list.length;
    try {
      for (let page = 0; page < EMPTY_PAGES && this.#before !== null && this.list.length === had; page += 1) {
        const read = await this.api.answerVersions({
          bot: this.bot,
          event: this.event,
          limit: LIMIT,
          before: this.#before ?? null,
        });
        this.list = joined(this.list, read.versions);
        this.#before = read.next_before;
      }
    } catch (error) {
      this.error = error;
    } finally {
      this.reading = false;
    }
  }

  choose(version: AnswerVersion): void {
    this.#chosen = version.exchange_id;
  }

  step(by: number): void {
    const at = this.chosen === null ? -1 : this.list.indexOf(this.chosen);
    const next = this.list[Math.max(0, Math.min(this.list.length - 1, at + by))];
    if (next) this.choose(next);
  }

  /** Compares the chosen one with what is chosen next; again: with none. */
  compare(version: AnswerVersion): void {
    this.against = this.against === version.exchange_id ? null : version.exchange_id;
  }

  /** A body as text, however long; `null` where it is no text. */
  async textOf({ body, exchange_id, text }: AnswerVersion): Promise<string | null> {
    if (text !== null || body.kind === "binary" || body.truncated) return text;
    return this.api.text(exchange_id, "response");
  }

  /** A version as an editor takes it over; `null` where its body is no text. */
  async given(version: AnswerVersion): Promise<Given | null> {
    const body = await this.textOf(version);
    return body === null ? null : { status: version.status, headers: withoutMadeAnew(version.headers), body };
  }
}

/** What makes two versions one. */
const keyOf = ({ answered_by, body, bot, event, headers, rule, status, text }: AnswerVersion) =>
  JSON.stringify([bot, event, status, headers, answered_by, rule, body.bytes, text]);

/** A version that stands on two pages is one: its uses are added up. A long body has no key. */
function joined(list: readonly AnswerVersion[], older: readonly AnswerVersion[]): AnswerVersion[] {
  const all = new Map<string, AnswerVersion>();
  for (const one of [...list, ...older]) {
    const key = one.text === null && one.body.bytes > 0 ? one.exchange_id : keyOf(one);
    const before = all.get(key);
    all.set(key, before ? { ...before, times: before.times + one.times, first: one.first } : one);
  }
  return [...all.values()];
}
