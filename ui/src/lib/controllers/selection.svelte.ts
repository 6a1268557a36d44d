/** Which exchange is selected, and the steps from it to another one. */
import type { Exchange, Summary } from "../api/types";
import { t } from "../i18n/index.svelte";
import type { Detail } from "../stores/detail.svelte";
import type { DetailPane } from "../stores/detail-pane.svelte";
import type { HeldTurns } from "../stores/held-turns.svelte";
import type { ExchangeList } from "../stores/exchange-list.svelte";
import type { Navigation } from "../stores/navigation.svelte";
import type { Toasts } from "../stores/toasts.svelte";

export interface SelectionParts {
  list: ExchangeList;
  detail: Detail;
  heldTurns: HeldTurns;
  pane: DetailPane;
  navigation: Navigation;
  toasts: Toasts;
}

export class Selection {
  /**
   * The selected exchange's row: from the list while it is there, else from what was read of it.
   */
  readonly row: Summary | null = $derived.by(() => this.#row());

  /** What was chosen together with the shown row, itself included; empty where it is alone. */
  #together = $state.raw<ReadonlySet<string>>(new Set());
  /** Where a range began. */
  #anchor: string | null = null;
  /** The rows chosen together, in the order they stand; empty where one alone is chosen. */
  readonly several: readonly string[] = $derived.by(() => {
    const together = this.#together;
    if (together.size < 2) return [];
    const listed = [...new Set(this.order)].filter((id) => together.has(id));
    return listed.length < 2 ? [] : listed;
  });

  constructor(private readonly parts: SelectionParts) {}

  #row(): Summary | null {
    const { detail, heldTurns, list } = this.parts;
    if (detail.id === null) return null;
    const row = list.find(detail.id) ?? heldTurns.find(detail.id);
    if (row) return row;
    const whole = detail.exchange;
    return whole?.id === detail.id ? this.rowOf(whole) : null;
  }

  /** An exchange as a row: the list's copy is fresher while it has one. */
  rowOf(whole: Exchange): Summary {
    const row = this.parts.list.find(whole.id);
    if (row) return row;
    // A row tells of attempts from the second on.
    const repeated = whole.attempt !== null && whole.attempt.number > 1 ? whole.attempt : null;
    return {
      ...whole,
      attempt: repeated?.number ?? null,
      attempt_of: repeated?.of ?? null,
      findings: countFindings(whole),
    };
  }

  /** Selects an exchange. A choice of the reader ends the following of new rows. */
  select(id: string | null, chosen = true): void {
    this.alone();
    this.#anchor = id;
    this.#show(id, chosen);
  }

  #show(id: string | null, chosen: boolean): void {
    const { detail, list, navigation, pane } = this.parts;
    detail.show(id);
    pane.reset();
    if (!chosen) return;
    list.following = false;
    navigation.goTo("exchanges");
  }

  /** Selects what is shown at the start: a held request first, since somebody waits for it. */
  selectFirst(): void {
    const { heldTurns, list } = this.parts;
    this.select((heldTurns.next(null) ?? list.rows[0])?.id ?? null, false);
  }

  /** The ids of the rows, in the order they stand: those that wait, then the list. */
  get order(): string[] {
    const { heldTurns, list } = this.parts;
    const listed = list.items.flatMap((item) => (item.type === "row" ? [item.exchange.id] : []));
    return [...heldTurns.rows.map((row) => row.id), ...listed];
  }

  step(by: 1 | -1): void {
    const { order } = this;
    const at = this.parts.detail.id === null ? -1 : order.indexOf(this.parts.detail.id);
    const next = at < 0 ? order[0] : order[Math.min(order.length - 1, Math.max(0, at + by))];
    if (next !== undefined) this.select(next);
  }

  isChosen(id: string): boolean {
    return id === this.parts.detail.id || this.#together.has(id);
  }

  /** Only the shown row is chosen. */
  alone(): void {
    if (this.#together.size > 0) this.#together = new Set();
  }

  /** Chooses a row beside what is chosen, or takes it out again. */
  toggle(id: string): void {
    const shown = this.parts.detail.id;
    const together = new Set(this.#together.size > 0 || shown === null ? this.#together : [shown]);
    this.#anchor = id;
    if (!together.delete(id)) together.add(id);
    this.#together = together;
    const next = together.has(id) ? id : shown !== null && together.has(shown) ? shown : [...together].at(-1);
    this.#show(next ?? id, true);
    if (together.size < 2) this.alone();
  }

  /** Chooses all rows from where the range began to this one. */
  extendTo(id: string): void {
    const { order } = this;
    const from = order.indexOf(this.#anchor ?? this.parts.detail.id ?? id);
    const to = order.indexOf(id);
    if (to < 0) return;
    const [low, high] = from < 0 ? [to, to] : [Math.min(from, to), Math.max(from, to)];
    this.#anchor = order[from] ?? id;
    this.#together = new Set(order.slice(low, high + 1));
    this.#show(id, true);
  }

  extend(by: 1 | -1): void {
    const { order } = this;
    const at = this.parts.detail.id === null ? -1 : order.indexOf(this.parts.detail.id);
    const next = order[at < 0 ? 0 : Math.min(order.length - 1, Math.max(0, at + by))];
    if (next !== undefined) this.extendTo(next);
  }

  /** Chooses every row that is listed. */
  all(): void {
    const { order } = this;
    if (order.length < 2) return;
    this.#together = new Set(order);
    if (this.parts.detail.id === null) this.#show(order[0] ?? null, true);
  }

  /** Goes to the next one that waits; whether there is one. */
  nextHeld(): boolean {
    const { detail, heldTurns, toasts } = this.parts;
    const next = heldTurns.next(detail.id);
    if (next) this.select(next.id);
    else toasts.info(() => t("answer.noneHeld"));
    return next !== null;
  }
}

function countFindings(exchange: Exchange): Summary["findings"] {
  const counts = { error: 0, warning: 0, info: 0 };
  for (const finding of exchange.findings) counts[finding.severity] += 1;
  return counts;
}
