/**
 * How the list of exchanges is looked at: how far it is scrolled, which rows stand in sight, where
 * the arrow keys are. It lasts as long as the page, so that the list stands where it stood when the
 * reader comes back to it.
 */
import { tick, untrack } from "svelte";

import type { Detail } from "../stores/detail.svelte";
import type { ExchangeList } from "../stores/exchange-list.svelte";
import type { Focus } from "../stores/focus.svelte";
import type { HeldTurns } from "../stores/held-turns.svelte";
import type { GroupItem, ListItem, RowItem } from "../stores/list-rows";
import type { Toasts } from "../stores/toasts.svelte";
import type { Selection } from "./selection.svelte";

/** The height of a row, in pixels; `--row` of tokens.css. */
export const ROW = 28;
/** A page is asked for when this many rows remain to its end. */
const AHEAD = 40;
/** Rows that Page Up and Page Down go by. */
const JUMP = 15;

export interface ListViewParts {
  detail: Detail;
  focus: Focus;
  heldTurns: HeldTurns;
  list: ExchangeList;
  selection: Selection;
  toasts: Toasts;
}

/** The element that scrolls. */
export type Scroller = Pick<HTMLElement, "scrollTop" | "focus">;
export type Pressed = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey"> &
  Partial<Pick<KeyboardEvent, "shiftKey">>;

export class ListView {
  /** How far the list is scrolled, and how much of it is seen, in pixels. */
  offset = $state(0);
  height = $state(0);
  /** How many rows came in above what is seen. */
  shifted = $state(0);
  shown = $state.raw<ListItem[]>([]);
  /** The header that the arrow keys stand on, when it is no exchange. */
  #header = $state<string | null>(null);
  readonly active: string | null = $derived.by(() => this.#header ?? this.parts.detail.id);
  /** The rows that wait, which stand above the list whatever it shows. */
  readonly held: readonly RowItem[] = $derived.by(() =>
    this.parts.heldTurns.rows.map((exchange) => ({ type: "row", key: exchange.id, exchange })),
  );
  /** The group whose head is scrolled away while its rows are seen; the next head pushes it up. */
  readonly sticky: { group: GroupItem; push: number } | null = $derived.by(() => {
    const top = Math.floor(this.offset / ROW);
    let at = Math.min(top, this.shown.length - 1);
    while (at >= 0 && this.shown[at]?.type !== "group") at -= 1;
    const group = this.shown[at];
    if (group?.type !== "group" || this.offset <= at * ROW) return null;
    const isPushed = this.shown[top + 1]?.type === "group";
    return { group, push: isPushed ? Math.min(0, (top + 1) * ROW - this.offset - ROW) : 0 };
  });
  #box = $state.raw<Scroller | null>(null);
  /** The row that was brought into sight last. */
  #revealed: string | null = null;

  constructor(private readonly parts: ListViewParts) {}

  /** Follows list, selection and focus; called while the component is made. */
  connect(): void {
    const { detail, focus, list } = this.parts;
    $effect.pre(() => {
      const next = list.items;
      untrack(() => this.lay(next));
    });
    $effect(() => {
      void detail.id;
      this.#header = null;
    });
    $effect(() => {
      const key = this.active;
      untrack(() => this.#revealNew(key));
    });
    // Whoever goes back to following is taken to the top at once, not with the next row.
    $effect(() => {
      if (list.following) untrack(() => this.#scrollTo(0));
    });
    $effect(() => {
      if (this.#box && focus.claim("list")) this.#box.focus();
    });
  }

  /** The element is there: it is scrolled to where the list stood. */
  attach(box: Scroller): () => void {
    this.#box = box;
    untrack(() => (box.scrollTop = this.offset));
    return () => (this.#box = null);
  }

  takeFocus(): void {
    this.#box?.focus({ preventScroll: true });
  }

  /**
   * Lays new rows in and moves the view with them, so that what the reader looks at stays where it
   * is.
   */
  lay(next: ListItem[]): void {
    const { list } = this.parts;
    const top = Math.floor(this.offset / ROW);
    const anchor = list.following ? undefined : this.shown[top];
    this.shown = next;
    if (list.following) {
      if (this.offset > 0) void tick().then(() => this.#scrollTo(0));
      return;
    }
    const at = anchor ? next.findIndex((item) => item.key === anchor.key) : -1;
    if (at >= 0 && at !== top) {
      this.shifted += at - top;
      this.offset += (at - top) * ROW;
      void tick().then(() => this.#scrollTo(this.offset));
    }
    // Rows in sight are not counted as new: the pill is for rows above the view.
    if (list.atTop && (this.offset < ROW / 2 || next.length * ROW <= this.height)) list.unseen = 0;
  }

  /** The reader has scrolled: following ends, and pages that come near are asked for. */
  scrolled(): void {
    const { list, toasts } = this.parts;
    if (!this.#box) return;
    this.offset = this.#box.scrollTop;
    const first = Math.floor(this.offset / ROW);
    const last = first + Math.ceil(this.height / ROW);
    list.see(this.shown.length === 0 ? 0 : first / this.shown.length);
    if (this.offset > ROW / 2) list.following = false;
    else if (list.atTop && this.offset < 2 && list.unseen > 0) void toasts.attempt(() => list.toNewest());
    if (last > this.shown.length - AHEAD) void toasts.attempt(() => list.loadOlder());
    if (first < AHEAD) void toasts.attempt(() => list.loadNewer());
  }

  /** What a key does in the list; whether it does anything. */
  press({ key, ctrlKey, metaKey, altKey, shiftKey }: Pressed): boolean {
    if (ctrlKey || metaKey || altKey) return false;
    // A command of its own, which works beside the list, too.
    if (shiftKey && (key === "ArrowDown" || key === "ArrowUp")) return false;
    const all = [...this.held, ...this.shown.filter((one) => one.type !== "day")];
    const at = all.findIndex((one) => one.key === this.active);
    const item = all[at];
    const last = all.length - 1;
    const targets = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: last, PageDown: at + JUMP, PageUp: at - JUMP };
    const target = new Map(Object.entries(targets)).get(key);
    if (target !== undefined) this.#go(all[Math.max(0, Math.min(last, target))]);
    else if (item?.type === "group" && this.#folds(item.collapsed, key)) this.parts.list.toggleGroup(item.key);
    else if (item?.type === "row" && key === "ArrowLeft" && this.parts.list.grouping === "user")
      this.#go(all.slice(0, at).findLast((one) => one.type === "group"));
    else return false;
    return true;
  }

  /** Whether a key folds or unfolds a group. */
  #folds(collapsed: boolean, key: string): boolean {
    return key === "Enter" || key === " " || key === (collapsed ? "ArrowRight" : "ArrowLeft");
  }

  #go(item: ListItem | undefined): void {
    if (!item) return;
    this.#header = item.type === "group" ? item.key : null;
    if (item.type === "row") this.parts.selection.select(item.exchange.id);
    else this.parts.list.following = false;
  }

  /** Scrolls back to the head of the group that is looked at. */
  toHead(): void {
    const at = this.shown.findIndex((item) => item.key === this.sticky?.group.key);
    if (at >= 0) this.#scrollTo(at * ROW);
  }

  #scrollTo(target: number): void {
    this.offset = Math.max(0, Math.min(target, this.shown.length * ROW - this.height));
    if (this.#box) this.#box.scrollTop = this.offset;
  }

  /** Scrolls as little as brings the chosen row into sight, once for each choice. */
  #revealNew(key: string | null): void {
    if (key === this.#revealed) return;
    this.#revealed = key;
    const at = this.shown.findIndex((item) => item.key === key);
    if (at < 0 || this.parts.list.following) return;
    // The head of the row's group covers the uppermost line.
    const covered = this.parts.list.grouping === "user" && this.shown[at]?.type === "row" ? ROW : 0;
    if (at * ROW < this.offset + covered) this.#scrollTo(at * ROW - covered);
    else if ((at + 1) * ROW > this.offset + this.height) this.#scrollTo((at + 1) * ROW - this.height);
  }
}
