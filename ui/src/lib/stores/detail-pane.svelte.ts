/**
 * How the selected exchange is looked at: its tab, the open note, the position shown in the body.
 */
import type { TabId } from "../app/register";

export class DetailPane {
  tab: TabId;
  noteOpen = $state(false);
  /** The answer stands beside the variables, so that it needs no tab of its own. */
  answerBeside = $state(false);
  /**
   * The byte of the request's body that a finding asks to be shown. An object, so that asking again
   * is a change.
   */
  bodyPosition = $state.raw<{ offset: number } | null>(null);

  constructor(readonly tabs: readonly TabId[]) {
    const [first] = tabs;
    if (first === undefined) throw new Error("the detail has no tab");
    this.tab = $state(first);
  }

  step(by: 1 | -1): void {
    const next = (this.tabs.indexOf(this.tab) + by + this.tabs.length) % this.tabs.length;
    this.tab = this.tabs[next] ?? this.tab;
  }

  /** Goes to the tab where the answer is, unless it is in sight. */
  showAnswer(): void {
    if (!(this.answerBeside && this.tab === "variables")) this.tab = "answer";
  }

  /** Another exchange is shown: what belonged to the one before is closed. */
  reset(): void {
    this.noteOpen = false;
    this.bodyPosition = null;
  }
}
