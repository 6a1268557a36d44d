/**
 * The conversation that is looked at: its turns, its variables over them, and why one of them has
 * its value.
 */
import type { Api } from "../api/api";
import { isAbort } from "../api/errors";
import type { ConversationDetail, FeedEvent, Matrix, Summary, ValueReason } from "../api/types";
import { Latest } from "../latest";
import { quietly } from "../quietly";
import { type GridRow, gridOf } from "./grid";

interface Read {
  id: string;
  detail: ConversationDetail;
  matrix: Matrix;
}

/** A variable in a turn, and why it has its value there; `null` while that is read. */
export interface Why {
  turn: string;
  name: string;
  reason: ValueReason | null;
  error: unknown;
}

export class Conversation {
  /** The one that is open. */
  id = $state<string | null>(null);
  #read = $state.raw<Read | null>(null);
  error = $state.raw<unknown>(null);
  why = $state.raw<Why | null>(null);
  /** Only variables that change are listed. */
  onlyChanging = $state(true);
  #abort: AbortController | null = null;

  readonly detail: ConversationDetail | null = $derived(this.#read?.id === this.id ? this.#read.detail : null);
  readonly rows: readonly GridRow[] = $derived(
    this.#read !== null && this.#read.id === this.id ? gridOf(this.#read.matrix) : [],
  );

  readonly #reading = new Latest(async () => {
    const { id } = this;
    if (id === null) return;
    try {
      const [detail, matrix] = await Promise.all([this.api.conversation(id), this.api.conversationMatrix(id)]);
      if (this.id !== id) return;
      this.#read = { id, detail, matrix };
      this.error = null;
    } catch (error) {
      if (this.id === id) this.error = error;
    }
  });

  constructor(private readonly api: Api) {}

  open(id: string): void {
    if (this.id !== id) this.closeWhy();
    this.id = id;
    this.error = null;
    quietly(this.#reading.refresh());
  }

  close(): void {
    this.id = null;
    this.#read = null;
    this.error = null;
    this.closeWhy();
  }

  reload(): Promise<void> {
    return this.#reading.refresh();
  }

  /** Reads again what has words in it. */
  refresh(): void {
    if (this.id !== null) quietly(this.#reading.refresh());
    if (this.why !== null) void this.ask(this.why.turn, this.why.name);
  }

  /** Another turn is looked at: one of another conversation closes this one. */
  follow(turn: string | null): void {
    if (this.detail === null || turn === null) return;
    if (!this.detail.turns.some(({ id }) => id === turn)) this.close();
  }

  /** A turn of the same user came, changed or went. */
  happened({ id, exchange }: FeedEvent): void {
    const { detail } = this;
    if (detail === null) return;
    const isOfUser = exchange?.bot === detail.bot && exchange.user === detail.user;
    if (isOfUser || detail.turns.some((turn) => turn.id === id)) quietly(this.#reading.refresh());
  }

  /** The turn after this one, or the one before. */
  turnBeside(turn: string | null, by: 1 | -1): string | null {
    const turns = this.detail?.turns ?? [];
    const at = turns.findIndex(({ id }) => id === turn);
    const next = at < 0 ? turns.length - 1 : Math.max(0, Math.min(turns.length - 1, at + by));
    return turns[next]?.id ?? null;
  }

  /** What a turn made of a variable: before its answer, and after. */
  changeOf(turn: string, name: string): { name: string; before: string | null; after: string | null } {
    const matrix = this.#read?.matrix;
    const row = matrix?.variables.indexOf(name) ?? -1;
    const column = matrix?.turns.indexOf(turn) ?? -1;
    const cell = matrix?.cells[row]?.[column] ?? null;
    return { name, before: cell?.in ?? null, after: cell?.after ?? null };
  }

  async ask(turn: string, name: string): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.why = { turn, name, reason: null, error: null };
    try {
      const reason = await this.api.why(turn, name, abort.signal);
      if (!abort.signal.aborted) this.why = { turn, name, reason, error: null };
    } catch (error) {
      if (!isAbort(error) && !abort.signal.aborted) this.why = { turn, name, reason: null, error };
    }
  }

  closeWhy(): void {
    this.#abort?.abort();
    this.why = null;
  }
}

/** The conversation that a turn belongs to. */
export async function conversationOf(api: Api, turn: string): Promise<string | null> {
  return (await api.conversations({ turn })).conversations[0]?.id ?? null;
}

/** The newest conversation of a user, and its last turn. */
export async function newestOf(
  api: Api,
  { bot, user }: Pick<Summary, "bot" | "user">,
): Promise<{ id: string; turn: string } | null> {
  if (user === null) return null;
  const { conversations } = await api.conversations({ bot, user, limit: 1 });
  const id = conversations[0]?.id;
  if (id === undefined) return null;
  const turn = (await api.conversation(id)).turns.at(-1)?.id;
  return turn === undefined ? null : { id, turn };
}
