/** What is open on the screen: the view, the tab, dialogs, and wishes for the focus. */

export type Tab = "variables" | "request" | "answer" | "timing";
export const TABS: readonly Tab[] = ["variables", "request", "answer", "timing"];
export type Dialog = "palette" | "keys" | "replay" | null;
export type FocusTarget = "filter" | "list" | "detail" | "answer" | "note" | "tunnelField";
export type SettingsSection = "general" | "server" | "hold" | "history" | "bots";

/** A place in the request's body that a finding asks to be shown. */
export interface BodyPlace {
  offset: number;
}

/** A wish that nothing could grant by then is forgotten: later it would only take the focus away from somewhere. */
const WISH_MS = 2000;

export class View {
  name = $state<"exchanges" | "settings" | "tunnel">("exchanges");
  section = $state<SettingsSection>("general");
  tab = $state<Tab>("variables");
  dialog = $state<Dialog>(null);
  answeringOpen = $state(false);
  noteOpen = $state(false);
  /** The answer editor stands beside the variables, so the answer needs no tab of its own to be written. */
  answerBeside = $state(false);
  place = $state.raw<BodyPlace | null>(null);
  /** Where the focus is wished; the component that can give it takes the wish, so that it is heard once. */
  wish = $state<FocusTarget | null>(null);

  #expiry: ReturnType<typeof setTimeout> | undefined;

  want(target: FocusTarget): void {
    this.wish = target;
    clearTimeout(this.#expiry);
    this.#expiry = setTimeout(() => (this.wish = null), WISH_MS);
  }

  /** Whether the focus is wished here. Read in an effect, it is asked again with every wish. */
  takes(target: FocusTarget): boolean {
    if (this.wish !== target) return false;
    this.wish = null;
    return true;
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
  openAnswer(canWrite: boolean): void {
    this.name = "exchanges";
    if (!(this.answerBeside && this.tab === "variables")) this.tab = "answer";
    if (canWrite) this.want("answer");
  }
}
