/**
 * Answers being written, one per exchange: they stay through a change of selection and a failed
 * sending.
 */
import { SvelteMap } from "svelte/reactivity";

import { serverAnswer } from "../answering/other";
import { statusOf } from "../answering/status";
import type { Api } from "../api/api";
import { ApiError, isAbort } from "../api/errors";
import type { AnswerBody, Answering, Exchange, GivenAnswer, HeaderPair, Preview } from "../api/types";

/** While somebody types, the preview follows this often. */
const PREVIEW_MS = 150;
const REMEMBERED = 60;

export interface Given {
  status: number;
  headers: HeaderPair[];
  body: string;
}

/** What an editor of text can take over of an answer: bytes that are no text stay out. */
export function givenOf({ status, headers, body }: GivenAnswer): Partial<Given> {
  return { status, ...(headers ? { headers } : {}), ...(body === undefined ? {} : { body }) };
}

/** How an answer by hand ended. */
export type Sending = "open" | "sending" | "sent" | "too_late" | "caller_left";

export class Draft {
  text = $state("");
  statusText = $state("200");
  headers = $state.raw<HeaderPair[]>([]);
  preview = $state.raw<Preview | null>(null);
  previewError = $state.raw<unknown>(null);
  sending = $state<Sending>("open");
  touched = $state(false);
  /** What the developer's own server answered, as far as it can be corrected here. */
  server = $state.raw<Given | null>(null);
  /** It came while something else was being written here. */
  overtaken = $state(false);
  /** It stands here as the server had it, and goes out so, byte for byte. */
  readonly isAsServer = $derived(this.server !== null && isSame(this.server, this.given));
  /** The editor's own memory, undo included; only the editor knows its shape. */
  memory: unknown = null;
  readonly status = $derived(statusOf(this.statusText));

  #timer: ReturnType<typeof setTimeout> | null = null;
  #abort: AbortController | null = null;
  #previewing = false;
  /** The text has changed since the preview under way began. */
  #stale = false;

  constructor(
    private readonly api: Api,
    /** What it is stored under: an exchange may have a draft for each way of answering it. */
    readonly id: string,
    /** The exchange that it answers. */
    readonly exchange: string,
    /** Gives the answer; resolves with the exchange that has it then. */
    private readonly deliver: (body: AnswerBody) => Promise<string>,
    start: Given,
  ) {
    this.text = start.body;
    this.statusText = String(start.status);
    this.headers = start.headers;
  }

  /** Puts a whole answer in place, as a preset does; the editor can undo the text. */
  put(given: Partial<Given>): void {
    if (given.body !== undefined) this.text = given.body;
    if (given.status !== undefined) this.statusText = String(given.status);
    if (given.headers !== undefined) this.headers = given.headers;
    this.touch();
  }

  /** What stands here. */
  get given(): Given {
    return { status: this.status ?? 0, headers: this.headers, body: this.text };
  }

  /** The server has answered: its answer stands here unless something was written already. */
  adopt(server: Given): void {
    this.server = server;
    if (this.touched || this.sending !== "open") {
      this.overtaken = true;
      return;
    }
    this.text = server.body;
    this.statusText = String(server.status);
    this.headers = server.headers;
    void this.previewNow();
  }

  /** Puts the server's answer in place of what was written; the editor can undo the text. */
  takeServer(): void {
    this.overtaken = false;
    if (this.server !== null) this.put(this.server);
  }

  edit(text: string): void {
    if (text === this.text) return;
    this.text = text;
    this.touch();
  }

  touch(): void {
    this.touched = true;
    this.previewSoon();
  }

  body(): AnswerBody {
    const named = this.headers.filter(([name]) => name.trim() !== "");
    const headers = named.map(([name, value]): HeaderPair => [name.trim(), value]);
    return { status: this.status ?? 200, ...(headers.length > 0 ? { headers } : {}), body: this.text };
  }

  /** Typing on puts no preview off: the next one comes after a pause from the first letter. */
  previewSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      // One that is under way is not given up, or a slow program would never show any.
      if (this.#previewing) this.#stale = true;
      else void this.previewNow();
    }, PREVIEW_MS);
  }

  /** Asks what this answer would do; an answer to an older text is dropped. */
  async previewNow(): Promise<void> {
    if (this.status === null) return;
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.#previewing = true;
    try {
      const preview = await this.api.preview(this.exchange, this.body(), abort.signal);
      if (abort.signal.aborted) return;
      this.preview = preview;
      this.previewError = null;
    } catch (error) {
      if (!isAbort(error) && !abort.signal.aborted) this.previewError = error;
    } finally {
      if (this.#abort === abort) this.#previewing = false;
    }
    if (this.#stale && !this.#previewing) {
      this.#stale = false;
      this.previewSoon();
    }
  }

  /**
   * Sends the answer; the exchange that has it now. What was too late is seen in the draft's state;
   * other failures are thrown.
   */
  async send(): Promise<string | null> {
    if (this.status === null || this.sending === "sending") return null;
    this.sending = "sending";
    try {
      const answered = await this.deliver(this.body());
      this.sending = "sent";
      return answered;
    } catch (error) {
      const code = error instanceof ApiError ? error.code : null;
      this.sending = code === "not_held" ? "too_late" : code === "caller_left" ? "caller_left" : "open";
      if (this.sending === "open") throw error;
      return null;
    }
  }

  dispose(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#abort?.abort();
  }
}

const isSame = (a: Given, b: Given): boolean =>
  a.status === b.status && a.body === b.body && JSON.stringify(a.headers) === JSON.stringify(b.headers);

export class Drafts {
  readonly #drafts = new Map<string, Draft>();
  /** Drafts of other answers to turns that have theirs, by the exchange, until sent or put away. */
  readonly #other = new SvelteMap<string, Draft>();

  constructor(private readonly api: Api) {}

  /** The draft of an exchange, begun from what would go out by default. */
  of(id: string, start: Given): Draft {
    let draft = this.#drafts.get(id);
    if (!draft) {
      const deliver = async (body: AnswerBody) => {
        // Released, the server's answer goes out as it came; sent from here it would be laid out.
        if (this.find(id)?.isAsServer) await this.api.release(id);
        else await this.api.answer(id, body);
        return id;
      };
      draft = new Draft(this.api, id, id, deliver, start);
      this.#drafts.set(id, draft);
      this.#dropOldest();
    }
    return draft;
  }

  /** The draft of an exchange that a bot answers so: begun from the bot's default answer. */
  begin(id: string, answering: Answering | null): Draft {
    const start = answering?.default_answer;
    return this.of(id, { status: start?.status ?? 200, headers: start?.headers ?? [], body: start?.body ?? "{}" });
  }

  /** Takes the answer of the developer's own server over, where it is there and fits. */
  async adopt(exchange: Exchange, answering: Answering | null): Promise<void> {
    const draft = this.begin(exchange.id, answering);
    if (draft.server !== null) return;
    const server = await serverAnswer(this.api, exchange);
    if (server !== null && draft.server === null) draft.adopt(server);
  }

  find(id: string): Draft | null {
    return this.#drafts.get(id) ?? null;
  }

  /** The other answer to an ended turn, while it is being written. */
  otherOf(exchange: string): Draft | null {
    return this.#other.get(exchange) ?? null;
  }

  /**
   * Begins another answer to an ended turn. Its caller has had its answer: this one is given to a
   * replay of the turn.
   */
  beginOther(exchange: string, start: Given): Draft {
    const deliver = async (answer: AnswerBody) => (await this.api.replay(exchange, "self", { answer })).id;
    const draft = new Draft(this.api, `${exchange} other`, exchange, deliver, start);
    this.putAway(exchange);
    this.#other.set(exchange, draft);
    const [oldest] = this.#other.keys();
    if (this.#other.size > REMEMBERED && oldest !== undefined) this.putAway(oldest);
    return draft;
  }

  /** The other answer is not to be given any more. */
  putAway(exchange: string): void {
    this.#other.get(exchange)?.dispose();
    this.#other.delete(exchange);
  }

  /** Stores the editor's memory of a draft, unless the draft was dropped meanwhile. */
  saveMemory(id: string, memory: unknown): void {
    const all = [...this.#drafts.values(), ...this.#other.values()];
    const draft = all.find((one) => one.id === id);
    if (draft) draft.memory = memory;
  }

  /** Drops the oldest draft beyond the limit; one that was typed in only where all others were. */
  #dropOldest(): void {
    if (this.#drafts.size <= REMEMBERED) return;
    const all = [...this.#drafts.values()].slice(0, -1);
    const oldest = all.find((draft) => !draft.touched) ?? all.find((draft) => draft.sending === "sent") ?? all[0];
    if (!oldest) return;
    oldest.dispose();
    this.#drafts.delete(oldest.id);
  }
}
