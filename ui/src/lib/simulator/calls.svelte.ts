/**
 * Calls of platforms whose users are not played from turn to turn: what a person has filled in of
 * each, and what came of those that were sent. Nothing of it is kept: logins and links with tokens
 * are among it.
 */
import type { Api } from "../api/api";
import { ApiError } from "../api/errors";
import type { SimulatedAttempt, SimulatedPlatform } from "../api/types";
import { type Pair, say } from "../i18n/index.svelte";
import { isJson } from "../json/members";
import { childTexts } from "../json/walk";
import type { Toasts } from "../stores/toasts.svelte";

export interface CallField {
  name: string;
  /** How it is filled in, and what goes out: a text, pairs of texts, JSON as it is. */
  kind: "text" | "area" | "choice" | "headers" | "parameters" | "json" | "login";
  choices?: readonly string[];
  /** What the choices are called, where not by themselves. */
  names?: Readonly<Record<string, Pair>>;
}

/** The fields of a call, and whether it goes to the bot's address or server. */
export interface MadeOf {
  fields: readonly CallField[];
  hasTarget?: boolean;
}

type Rows = [string, string][];

/** What is filled in of a call: texts, and rows of pairs. */
interface Draft {
  texts: Readonly<Record<string, string>>;
  rows: Readonly<Record<string, Rows>>;
}

const EMPTY: Draft = { texts: {}, rows: {} };

/** What came of a call. */
export interface SentCall {
  platform: SimulatedPlatform;
  at: number;
  id: string;
  status: number | null;
  failure: string | null;
  merged: boolean | null;
  exit: string | null;
  /** The variables after it, as JSON text. */
  after: string | null;
  attempts: readonly SimulatedAttempt[];
  suspended: boolean;
  /** Attempts may follow by the platform's own clock. */
  goesOn: boolean;
}

interface Parts {
  api: Api;
  toasts: Toasts;
  bot: () => string | null;
  /** The address, or the word that the program takes for it. */
  target: () => string;
}

/** Results that are shown. */
const SHOWN = 20;

export class Calls {
  /** Whose calls are composed; `null`: a user is played. */
  platform = $state<SimulatedPlatform | null>(null);
  #drafts = $state.raw<Readonly<Partial<Record<SimulatedPlatform, Draft>>>>({});
  sent = $state.raw<readonly SentCall[]>([]);
  isUnderWay = $state(false);
  /** What the call in sight is made of. */
  #made = $state.raw<MadeOf>({ fields: [] });
  /** What does not fit, at its field. */
  problem = $state.raw<{ field: string; message: string } | null>(null);

  readonly #draft: Draft = $derived(this.platform === null ? EMPTY : (this.#drafts[this.platform] ?? EMPTY));

  /** The first field whose text should be JSON and is none. */
  readonly broken: string | null = $derived(
    this.#made.fields.find(({ kind, name }) => kind === "json" && !isEmptyOrJson(this.text(name)))?.name ?? null,
  );
  readonly canSend: boolean = $derived(this.platform !== null && !this.isUnderWay && this.broken === null);

  constructor(private readonly parts: Parts) {}

  /** Composes a platform's call; `null`: a user is played. */
  choose(platform: SimulatedPlatform | null, of: MadeOf = { fields: [] }): void {
    this.platform = platform;
    this.#made = of;
    this.problem = null;
  }

  text(field: string): string {
    return this.#draft.texts[field] ?? "";
  }

  rows(field: string): Rows {
    return this.#draft.rows[field] ?? [];
  }

  type(field: string, text: string): void {
    this.#change({ ...this.#draft, texts: { ...this.#draft.texts, [field]: text } });
  }

  setRows(field: string, rows: Rows): void {
    this.#change({ ...this.#draft, rows: { ...this.#draft.rows, [field]: rows } });
  }

  #change(draft: Draft): void {
    if (this.platform === null) return;
    this.#drafts = { ...this.#drafts, [this.platform]: draft };
    this.problem = null;
  }

  /** The call as the program takes it. */
  #document(platform: SimulatedPlatform): string {
    const members = this.#made.fields.flatMap((field) => {
      const value = this.#value(field);
      return value === null ? [] : [`${JSON.stringify(field.name)}:${value}`];
    });
    const name = JSON.stringify(platform);
    const target = this.#made.hasTarget ? `,"target":${JSON.stringify(this.parts.target())}` : "";
    return `{"platform":${name},${name}:{${members.join(",")}}${target}}`;
  }

  #value({ kind, name, choices }: CallField): string | null {
    const text = this.text(name);
    switch (kind) {
      case "headers":
      case "parameters": {
        const rows = this.rows(name).filter(([key]) => key.trim() !== "");
        return rows.length === 0 ? null : JSON.stringify(rows);
      }
      case "choice":
        return JSON.stringify(text === "" ? (choices?.[0] ?? "") : text);
      case "json":
        return text.trim() === "" ? null : text.trim();
      case "login": {
        const password = this.text(`${name}/password`);
        return text === "" && password === "" ? null : JSON.stringify({ user: text, password });
      }
      case "text":
      case "area":
        return text === "" ? null : JSON.stringify(text);
    }
  }

  async send(): Promise<void> {
    const { api, bot, toasts } = this.parts;
    const { platform } = this;
    if (platform === null || !this.canSend) return;
    const document = this.#document(platform);
    const goesOn = this.#made.fields.some(({ name }) => name === "retry") && this.text("retry") === "real";
    this.isUnderWay = true;
    this.problem = null;
    try {
      const answer = await api.simulateCall(bot(), platform, document);
      this.sent = [read(answer, platform, goesOn), ...this.sent].slice(0, SHOWN);
    } catch (error) {
      const field = error instanceof ApiError ? fieldOf(error.pointer, platform) : null;
      if (error instanceof ApiError && field !== null) this.problem = { field, message: error.message };
      else await toasts.attempt(() => Promise.reject(error as Error));
    } finally {
      this.isUnderWay = false;
    }
  }

  /** No attempt follows any more. */
  async stop({ id }: SentCall): Promise<void> {
    const { api, toasts } = this.parts;
    const done = await toasts.attempt(() => api.stopSimulation(id));
    if (done) this.sent = this.sent.map((one) => (one.id === id ? { ...one, goesOn: false } : one));
  }
}

const isEmptyOrJson = (text: string) => text.trim() === "" || isJson(text);

/** The field that a pointer of the program's leads to: `/webim/chat` is `chat`. */
function fieldOf(pointer: string | null, platform: SimulatedPlatform): string | null {
  const [, whose, field] = (pointer ?? "").split("/");
  if (whose === "target") return "target";
  return whose === platform && field !== undefined ? field : null;
}

function read(answer: string, platform: SimulatedPlatform, goesOn: boolean): SentCall {
  const fields = childTexts(answer);
  const value = (name: string): unknown => JSON.parse(fields.get(name) ?? "null");
  const attempts = value("attempts");
  const suspended = value("suspended") === true;
  const status = value("status");
  const failure = value("failure");
  const merged = value("merged");
  const exit = value("exit");
  const failed = typeof status !== "number" || status >= 400;
  return {
    platform,
    at: Date.now(),
    id: String(value("id")),
    status: typeof status === "number" ? status : null,
    failure: typeof failure === "string" ? failure : null,
    merged: typeof merged === "boolean" ? merged : null,
    exit: typeof exit === "string" ? exit : null,
    after: fields.get("after") ?? null,
    attempts: Array.isArray(attempts) ? (attempts as SimulatedAttempt[]) : [],
    suspended,
    goesOn: goesOn && failed && !suspended,
  };
}

/** What a choice is called. */
export function nameOfChoice({ names }: CallField, choice: string): string {
  const name = names?.[choice];
  return name ? say(name) : choice;
}
