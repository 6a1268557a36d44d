/**
 * How the selected exchange is looked at: its tab, the open note, the position shown in the body.
 */
import type { Side } from "../api/types";
import type { Tab, TabId } from "../app/register";

export class DetailPane {
  tab: TabId;
  noteOpen = $state(false);
  /** The first steps are shown instead of an exchange. */
  firstSteps = $state(false);
  /** The detail is wide enough for the answer beside a tab's own content. */
  hasRoomBeside = $state(false);
  /** The byte of a body that a finding asks to be shown. Asking again makes another object. */
  bodyPosition = $state.raw<{ side: Side; offset: number } | null>(null);

  readonly #ids: readonly TabId[];

  constructor(private readonly tabs: Readonly<Record<string, Pick<Tab, "label" | "answer">>>) {
    this.#ids = Object.keys(tabs) as TabId[];
    const [first] = this.#ids;
    if (first === undefined) throw new Error("the detail has no tab");
    this.tab = $state(first);
  }

  /** The open tab has room for the answer beside its own content. */
  get showsAnswerBeside(): boolean {
    return this.hasRoomBeside && this.tabs[this.tab]?.answer === "beside";
  }

  get showsAnswer(): boolean {
    return this.showsAnswerBeside || this.tabs[this.tab]?.answer === "always";
  }

  step(by: 1 | -1): void {
    const next = (this.#ids.indexOf(this.tab) + by + this.#ids.length) % this.#ids.length;
    this.tab = this.#ids[next] ?? this.tab;
  }

  /** Goes to the tab where the answer is, unless it is in sight. */
  showAnswer(): void {
    if (!this.showsAnswer) this.tab = this.#ids.find((id) => this.tabs[id]?.answer === "always") ?? this.tab;
  }

  /** Another exchange is shown: what belonged to the one before is closed. */
  reset(): void {
    this.noteOpen = false;
    this.firstSteps = false;
    this.bodyPosition = null;
  }
}
