/**
 * The filter while it is typed: its text and caret, the suggestions, and when the list takes it
 * over.
 */
import { untrack } from "svelte";

import { suggest, wordAt, type Suggestion } from "../filter/suggest";
import { indexOfByte } from "../json/walk";
import { t } from "../i18n/index.svelte";
import { quietly } from "../quietly";
import type { ExchangeList } from "../stores/exchange-list.svelte";
import type { Focus } from "../stores/focus.svelte";
import type { Program } from "../stores/program.svelte";

/** A pause in typing that lets the list take the filter. */
export const APPLY_MS = 220;

export interface FilterParts {
  focus: Focus;
  list: ExchangeList;
  program: Program;
}

export type Field = Pick<HTMLInputElement, "focus" | "blur" | "select" | "selectionStart" | "setSelectionRange">;
export type Pressed = Pick<KeyboardEvent, "key" | "shiftKey">;

export class FilterField {
  text = $state("");
  open = $state(false);
  picked = $state(-1);
  #caret = $state(0);
  #field = $state.raw<Field | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly options: Suggestion[] = $derived.by(() => {
    if (!this.open) return [];
    const { list, program } = this.parts;
    const known = {
      rows: list.rows,
      names: program.names,
      bots: program.bots.map((bot) => bot.name),
      days: t("filter.days").split(" "),
    };
    return suggest(this.text, this.#caret, known);
  });
  /** The part of the text that the program cannot read. It counts bytes. */
  readonly wrong: { before: string; part: string } | null = $derived.by(() => {
    const offset = this.parts.list.filterError?.offset ?? null;
    if (offset === null) return null;
    const at = indexOfByte(this.text, offset);
    return { before: this.text.slice(0, at), part: this.text.slice(at, wordAt(this.text, at + 1).to) };
  });

  constructor(private readonly parts: FilterParts) {
    this.text = parts.list.filter;
  }

  /**
   * Follows the list's filter, which is set from elsewhere too, and requests for the focus; called
   * while the component is made.
   */
  connect(): void {
    const { focus, list } = this.parts;
    $effect(() => {
      const { filter } = list;
      untrack(() => {
        if (filter.trim() !== this.text.trim()) this.text = filter;
      });
    });
    $effect(() => {
      if (!this.#field || !focus.claim("filter")) return;
      this.#field.focus();
      this.#field.select();
    });
  }

  attach(field: Field): () => void {
    this.#field = field;
    return () => (this.#field = null);
  }

  typed(): void {
    this.#caret = this.#field?.selectionStart ?? this.text.length;
    this.picked = -1;
    this.open = true;
    this.#applySoon(APPLY_MS);
  }

  caretMoved(): void {
    this.#caret = this.#field?.selectionStart ?? 0;
  }

  focused(): void {
    this.open = true;
    this.#caret = this.#field?.selectionStart ?? this.text.length;
    quietly(this.parts.program.reloadNames());
  }

  /** Replaces the word under the caret with a suggestion. */
  take(option: Suggestion): void {
    const { from, to } = wordAt(this.text, this.#caret);
    this.text = this.text.slice(0, from) + option.insert + this.text.slice(to).trimStart();
    const caret = from + option.insert.length;
    this.#caret = caret;
    this.picked = -1;
    this.open = !option.insert.endsWith(" ");
    this.#applySoon(APPLY_MS);
    queueMicrotask(() => {
      this.#field?.focus();
      this.#field?.setSelectionRange(caret, caret);
    });
  }

  clear(): void {
    this.text = "";
    this.open = false;
    this.#applySoon(0);
  }

  /** What a key does in the field; whether it does anything but typing. */
  press({ key, shiftKey }: Pressed): boolean {
    const count = this.options.length;
    const option = this.options[this.picked];
    const [only] = this.options;
    if (key === "ArrowDown" && !this.open) this.open = true;
    else if (key === "ArrowDown" && count > 0) this.picked = (this.picked + 1) % count;
    else if (key === "ArrowUp" && count > 0) this.picked = (this.picked - 1 + count) % count;
    else if ((key === "Enter" || key === "Tab") && this.open && option) this.take(option);
    else if (key === "Tab" && this.open && count === 1 && only && !shiftKey && this.text !== "") this.take(only);
    else if (key === "Enter") this.#confirm();
    else if (key === "Escape" && this.open && count > 0) this.open = false;
    else if (key === "Escape" && this.text !== "") this.clear();
    else if (key === "Escape") this.#leave();
    else return false;
    return true;
  }

  #confirm(): void {
    this.open = false;
    this.#applySoon(0);
    this.#leave();
  }

  #leave(): void {
    if (this.parts.list.rows.length > 0) this.parts.focus.request("list");
    else this.#field?.blur();
  }

  #applySoon(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.parts.list.setFilter(this.text.trim()), ms);
  }
}
