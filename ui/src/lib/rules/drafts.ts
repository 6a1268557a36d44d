/**
 * Rules that are being edited, by bot and id. What is not saved is kept in the browser's storage:
 * it outlasts a change of the place and a restart.
 */
import type { Api } from "../api/api";
import { RuleDraft } from "./draft.svelte";

const KEY = "hookloupe.ruleDrafts";
const MOST = 50;
/** The id that a new rule has here; the program takes it for none. */
export const NEW_ID = "";

interface Unsaved {
  base: string | null;
  json: string;
}

const keyOf = (bot: string | null, id: string) => `${bot ?? ""} ${id}`;

function read(): Map<string, Unsaved> {
  try {
    return new Map(JSON.parse(localStorage.getItem(KEY) ?? "[]") as [string, Unsaved][]);
  } catch {
    return new Map();
  }
}

export class RuleDrafts {
  readonly #open = new Map<string, RuleDraft>();
  readonly #unsaved = read();

  constructor(private readonly api: Api) {}

  /** The ids that have unsaved changes, of one bot. */
  unsavedOf(bot: string | null): ReadonlySet<string> {
    const start = keyOf(bot, "");
    const keys = [...this.#unsaved.keys()].filter((key) => key.startsWith(start));
    return new Set(keys.map((key) => key.slice(start.length)));
  }

  /** The draft of a rule: begun from what is saved, or from what was left unsaved. */
  of(bot: string | null, id: string, saved: string | null): RuleDraft | null {
    const key = keyOf(bot, id);
    const open = this.#open.get(key);
    if (open) return open;
    const left = this.#unsaved.get(key);
    const rule = left?.json ?? saved;
    if (rule === null) return null;
    const draft = new RuleDraft(this.api, bot, id === NEW_ID ? null : id, left?.base ?? saved, rule);
    this.#open.set(key, draft);
    return draft;
  }

  /** Begins a new rule; one that was begun before goes. */
  begin(bot: string | null, rule: string): RuleDraft {
    const draft = new RuleDraft(this.api, bot, null, null, rule);
    this.#open.set(keyOf(bot, NEW_ID), draft);
    this.keep(draft);
    return draft;
  }

  /** Writes down what is not saved of a draft. */
  keep(draft: RuleDraft): void {
    const key = keyOf(draft.bot, draft.id ?? NEW_ID);
    this.#unsaved.delete(key);
    if (draft.dirty) this.#unsaved.set(key, { base: draft.base, json: draft.json });
    this.#store();
  }

  /** A new rule has an id now. */
  rename(draft: RuleDraft, id: string): void {
    this.drop(draft.bot, NEW_ID);
    this.#open.set(keyOf(draft.bot, id), draft);
  }

  drop(bot: string | null, id: string): void {
    const key = keyOf(bot, id);
    this.#open.get(key)?.rest();
    this.#open.delete(key);
    this.#unsaved.delete(key);
    this.#store();
  }

  /** Brings back what was unsaved. */
  restore(bot: string | null, id: string, unsaved: Unsaved): void {
    this.#open.delete(keyOf(bot, id));
    this.#unsaved.set(keyOf(bot, id), unsaved);
    this.#store();
  }

  #store(): void {
    const [oldest] = this.#unsaved.keys();
    if (this.#unsaved.size > MOST && oldest !== undefined) this.#unsaved.delete(oldest);
    try {
      localStorage.setItem(KEY, JSON.stringify([...this.#unsaved]));
    } catch {
      // Storage may be forbidden; drafts then last as long as the page.
    }
  }
}
