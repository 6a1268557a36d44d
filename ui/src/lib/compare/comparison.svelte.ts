/**
 * Two turns beside each other: which row is marked to be compared, which two are, and what differs
 * in their requests and answers.
 */
import type { Api } from "../api/api";
import { ApiError, isAbort } from "../api/errors";
import type { Exchange, MessageComparison, Summary } from "../api/types";
import { type ChangeRow, rowsOf } from "./rows";

export type ComparedSide = "request" | "response" | "headers";

/** What is compared; a side that one of the two does not have is `null`. */
interface Compared {
  left: Exchange;
  right: Exchange;
  request: MessageComparison | null;
  response: MessageComparison | null;
  /** What a person had changed in the left one's answer. */
  correction: MessageComparison | null;
}

export interface Pair {
  left: string;
  right: string;
}

export class Comparison {
  /** The row that waits for a second one. */
  marked = $state<string | null>(null);
  pair = $state.raw<Pair | null>(null);
  side = $state<ComparedSide>("response");
  found = $state.raw<Compared | null>(null);
  error = $state.raw<unknown>(null);
  #at = $state(0);
  #abort: AbortController | null = null;

  readonly message: MessageComparison | null = $derived(
    this.found === null ? null : this.side === "request" ? this.found.request : this.found.response,
  );
  readonly rows: readonly ChangeRow[] = $derived(this.message === null ? [] : this.#rows(this.message));
  /** How many fields of the heads differ, in both messages. */
  readonly headers: number = $derived(
    (this.found?.request?.headers.length ?? 0) + (this.found?.response?.headers.length ?? 0),
  );
  /** The difference that is looked at. */
  readonly at: number = $derived(Math.min(this.#at, Math.max(0, this.rows.length - 1)));

  constructor(private readonly api: Api) {}

  #rows(message: MessageComparison): ChangeRow[] {
    const correction = this.side === "response" ? this.found?.correction : null;
    const isJson = message.kind === "json" && correction?.kind === "json";
    return rowsOf(message.changes, isJson ? correction.changes : null);
  }

  /**
   * Marks a row, or compares it with the marked one; a replay is compared with its original at
   * once. Where two are compared they change places.
   */
  mark(row: Pick<Summary, "id" | "replay_of">): void {
    if (this.pair !== null) {
      const { left, right } = this.pair;
      this.open({ left: right, right: left });
    } else if (this.marked === row.id) this.marked = null;
    else if (this.marked !== null) this.open({ left: this.marked, right: row.id });
    else if (row.replay_of !== null) this.open({ left: row.replay_of, right: row.id });
    else this.marked = row.id;
  }

  letterOf(id: string): "left" | "right" | null {
    if (this.pair === null) return this.marked === id ? "left" : null;
    return this.pair.left === id ? "left" : this.pair.right === id ? "right" : null;
  }

  open(pair: Pair): void {
    this.marked = null;
    this.pair = pair;
    this.#at = 0;
    void this.reload();
  }

  close(): void {
    this.#abort?.abort();
    this.pair = null;
    this.found = null;
    this.error = null;
  }

  /** Another turn is looked at: the comparison was of two others. */
  follow(id: string | null): void {
    if (this.pair !== null && id !== this.pair.left && id !== this.pair.right) this.close();
  }

  /** Something of a turn has changed. */
  touch(id: string): void {
    if (this.pair !== null && (id === this.pair.left || id === this.pair.right)) void this.reload();
  }

  show(side: ComparedSide): void {
    this.side = side;
    this.#at = 0;
  }

  /** To the next difference, or the one before; round the end. */
  step(by: 1 | -1): void {
    const { length } = this.rows;
    if (length > 0) this.#at = (this.at + by + length) % length;
  }

  lookAt(index: number): void {
    this.#at = index;
  }

  async reload(): Promise<void> {
    const { pair } = this;
    if (pair === null) return;
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    try {
      const found = await this.#read(pair, abort.signal);
      if (abort.signal.aborted) return;
      const isFirst = this.found === null;
      this.found = found;
      this.error = null;
      if (isFirst && found.response === null) this.side = "request";
    } catch (error) {
      if (isAbort(error) || abort.signal.aborted) return;
      this.error = error;
    }
  }

  async #read({ left, right }: Pair, signal: AbortSignal): Promise<Compared> {
    const { api } = this;
    const compare = (side: "request" | "response") => orNone(api.compare({ left, right, side }, signal));
    const [one, other, request, response] = await Promise.all([
      api.exchange(left, signal),
      api.exchange(right, signal),
      compare("request"),
      compare("response"),
    ]);
    const isEdited = one.answered_by === "upstream_edited" && response !== null;
    const correction = isEdited
      ? await orNone(api.compare({ left: { id: left, side: "upstream" }, right: left, side: "response" }, signal))
      : null;
    return { left: one, right: other, request, response, correction };
  }
}

/** A turn without an answer has none to compare; of one that is gone its reading tells. */
async function orNone(reading: Promise<MessageComparison>): Promise<MessageComparison | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof ApiError && error.code === "not_found") return null;
    throw error;
  }
}
