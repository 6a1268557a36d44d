/**
 * Requests for the focus: whoever opens something asks, and the component that holds the field
 * claims it.
 */

export type FocusTarget =
  "filter" | "list" | "detail" | "answer" | "note" | "ruleName" | "ruleJson" | "newUser" | "event" | "tunnelField";

/**
 * A request that no component could grant by then is forgotten: later it would only take the focus
 * away.
 */
const REQUEST_MS = 2000;

export class Focus {
  #requested = $state<FocusTarget | null>(null);
  #expiry: ReturnType<typeof setTimeout> | undefined;

  request(target: FocusTarget): void {
    this.#requested = target;
    clearTimeout(this.#expiry);
    this.#expiry = setTimeout(() => (this.#requested = null), REQUEST_MS);
  }

  /** Whether an answer's text is to get the focus and has not got it: letters are meant for it. */
  get awaitsText(): boolean {
    return this.#requested === "answer";
  }

  /** Forgets the request. */
  cancel(): void {
    this.#requested = null;
  }

  /**
   * Whether the focus is requested here; a request is granted once. Read in an effect, it is asked
   * again with every request.
   */
  claim(target: FocusTarget): boolean {
    if (this.#requested !== target) return false;
    this.#requested = null;
    return true;
  }
}
