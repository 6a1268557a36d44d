/** What is open on the screen: the view, the tab, dialogs, and wishes for the focus. */

export type Tab = "variables" | "request" | "answer" | "timing";
export const TABS: readonly Tab[] = ["variables", "request", "answer", "timing"];
export type Dialog = "palette" | "keys" | "replay" | null;
export type FocusTarget = "filter" | "list" | "detail" | "answer" | "note";
export type SettingsSection = "general" | "server" | "hold" | "history" | "bots";

/** A place in the request's body that a finding asks to be shown. */
export interface BodyPlace {
  offset: number;
}

export class View {
  name = $state<"exchanges" | "settings">("exchanges");
  section = $state<SettingsSection>("general");
  tab = $state<Tab>("variables");
  dialog = $state<Dialog>(null);
  answeringOpen = $state(false);
  noteOpen = $state(false);
  /** The answer editor stands beside the variables, so the answer needs no tab of its own to be written. */
  answerBeside = $state(false);
  place = $state.raw<BodyPlace | null>(null);
  /** Counts wishes, so that the same wish twice is heard twice. */
  focus = $state.raw<{ target: FocusTarget; count: number }>({ target: "list", count: 0 });

  want(target: FocusTarget): void {
    this.focus = { target, count: this.focus.count + 1 };
  }

  stepTab(step: 1 | -1): void {
    const next = (TABS.indexOf(this.tab) + step + TABS.length) % TABS.length;
    this.tab = TABS[next] ?? "variables";
  }

  openSettings(section?: SettingsSection): void {
    if (section) this.section = section;
    this.name = "settings";
  }

  /** Shows where the answer is written, and puts the caret there. */
  openAnswer(): void {
    this.name = "exchanges";
    if (!(this.answerBeside && this.tab === "variables")) this.tab = "answer";
    this.want("answer");
  }
}
