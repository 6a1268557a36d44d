/**
 * Rules that are being edited, by bot and id. What is not saved is kept in the browser's storage:
 * it outlasts a change of the place and a restart. Each draft is an entry of its own, and what
 * another page of this browser writes into one stands here too: else the page that writes last
 * would put an older text over it.
 */
import type { Api } from "../api/api";
import { RuleDraft } from "./draft.svelte";

const KEY = "hookloupe.ruleDraft ";
const MOST = 50;
/** What no id of a rule begins with: a folder's file may be named as anything that is seen. */
const NEW = "\u0001new-";

/** Whether a draft's name is that of a rule which the program does not have yet. */
export const isNew = (name: string): boolean => name.startsWith(NEW);
const newName = () => `${NEW}${Date.now().toString(36)}${Math.random().toString(36).slice(2, 10)}`;

export interface Unsaved {
  base: string | null;
  json: string;
}

const entryOf = (bot: string | null, name: string) => `${bot ?? ""} ${name}`;

export class RuleDrafts {
  readonly #open = new Map<string, RuleDraft>();
  /** In the order they were begun. */
  readonly #unsaved = new Map<string, Unsaved>();

  /** `changed` is called where another page has changed what is unsaved. */
  constructor(
    private readonly api: Api,
    changed: () => void = () => undefined,
  ) {
    for (const [entry, text] of stored()) this.#read(entry, text);
    if (typeof window === "undefined") return;
    window.addEventListener("storage", ({ key, newValue }) => {
      if (!key?.startsWith(KEY)) return;
      this.#follow(key.slice(KEY.length), newValue);
      changed();
    });
  }

  #read(entry: string, text: string | null): Unsaved | null {
    try {
      const { base, json } = JSON.parse(text ?? "null") as Unsaved;
      const unsaved = { base, json };
      this.#unsaved.set(entry, unsaved);
      return unsaved;
    } catch {
      return null;
    }
  }

  /** What another page has written, or put away. */
  #follow(entry: string, text: string | null): void {
    const before = this.#unsaved.get(entry);
    const draft = this.#open.get(entry);
    const now = this.#read(entry, text);
    if (now !== null) {
      if (draft && draft.json !== now.json) draft.show(now.json);
      return;
    }
    this.#unsaved.delete(entry);
    // What was typed here since then stays, and is kept by the next letter.
    if (draft === undefined || draft.json !== before?.json) return;
    if (draft.base === null) this.#close(entry);
    else draft.show(draft.base);
  }

  /** The names of drafts with unsaved changes, of one bot. */
  unsavedOf(bot: string | null): ReadonlySet<string> {
    const start = entryOf(bot, "");
    const entries = [...this.#unsaved.keys()].filter((entry) => entry.startsWith(start));
    return new Set(entries.map((entry) => entry.slice(start.length)));
  }

  /** What is unsaved of one of them. */
  left(bot: string | null, name: string): Unsaved | null {
    return this.#unsaved.get(entryOf(bot, name)) ?? null;
  }

  /** The draft of a rule: begun from what is saved, or from what was left unsaved. */
  of(bot: string | null, name: string, saved: string | null): RuleDraft | null {
    const entry = entryOf(bot, name);
    const open = this.#open.get(entry);
    if (open) return open;
    const left = this.#unsaved.get(entry);
    const rule = left?.json ?? saved;
    if (rule === null) return null;
    const draft = new RuleDraft(this.api, bot, name, isNew(name) ? null : name, left?.base ?? saved, rule);
    this.#open.set(entry, draft);
    return draft;
  }

  /** Begins a new rule. */
  begin(bot: string | null, rule: string): RuleDraft {
    const draft = new RuleDraft(this.api, bot, newName(), null, null, rule);
    this.#open.set(entryOf(bot, draft.name), draft);
    this.keep(draft);
    return draft;
  }

  /** Writes down what is not saved of a draft. */
  keep(draft: RuleDraft): void {
    const entry = entryOf(draft.bot, draft.name);
    const { base, dirty, json } = draft;
    if (!dirty) return this.#forget(entry);
    const before = this.#unsaved.get(entry);
    if (before?.json === json && before.base === base) return;
    this.#unsaved.set(entry, { base, json });
    this.#store(entry);
    const [oldest] = this.#unsaved.keys();
    if (this.#unsaved.size > MOST && oldest !== undefined) this.#forget(oldest);
  }

  /** A new rule has an id now. */
  rename(draft: RuleDraft, id: string): void {
    const entry = entryOf(draft.bot, draft.name);
    this.#forget(entry);
    this.#open.delete(entry);
    draft.name = id;
    this.#open.set(entryOf(draft.bot, id), draft);
  }

  drop(bot: string | null, name: string): void {
    const entry = entryOf(bot, name);
    this.#close(entry);
    this.#forget(entry);
  }

  /** Brings back what was unsaved. */
  restore(bot: string | null, name: string, unsaved: Unsaved): void {
    const entry = entryOf(bot, name);
    this.#close(entry);
    this.#unsaved.set(entry, unsaved);
    this.#store(entry);
  }

  #close(entry: string): void {
    this.#open.get(entry)?.rest();
    this.#open.delete(entry);
  }

  #forget(entry: string): void {
    if (this.#unsaved.delete(entry)) this.#store(entry);
  }

  /** Storage may be forbidden or full; drafts then last as long as the page. */
  #store(entry: string): void {
    const unsaved = this.#unsaved.get(entry);
    try {
      if (unsaved === undefined) localStorage.removeItem(KEY + entry);
      else localStorage.setItem(KEY + entry, JSON.stringify({ ...unsaved, at: Date.now() }));
    } catch {
      return;
    }
  }
}

/** What is in the storage, the oldest first. */
function stored(): [string, string][] {
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(KEY));
    const entries = keys.map((key): [string, string] => [key.slice(KEY.length), localStorage.getItem(key) ?? ""]);
    const at = (text: string) => Number(/"at":(\d+)\}$/.exec(text)?.[1] ?? 0);
    return entries.sort(([, one], [, other]) => at(one) - at(other));
  } catch {
    return [];
  }
}
