/** A text of a platform's and what becomes of it, as it is typed. */
import type { Api } from "../api/api";
import { isAbort } from "../api/errors";
import type { FilledText, Platform, Variable } from "../api/types";
import { isJson } from "../json/members";
import { sentence } from "../stores/toasts.svelte";

/** While somebody types, the result follows this often. */
const FOLLOW_MS = 150;

export class TextTester {
  text = $state("");
  /** An object with all variables, as JSON text. */
  variables = $state("{}");
  filled = $state.raw<FilledText | null>(null);
  error = $state.raw<string | null>(null);
  readonly isBroken = $derived(!isJson(this.variables));
  #timer: ReturnType<typeof setTimeout> | null = null;
  #abort = new AbortController();

  constructor(
    private readonly api: Pick<Api, "fillTemplate">,
    private readonly platform: Platform,
    text: string,
  ) {
    this.text = text;
  }

  /** Text or variables have changed: what becomes of them follows. */
  typed(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.fill(), FOLLOW_MS);
  }

  put(text: string): void {
    this.text = text;
    void this.fill();
  }

  take(variables: string): void {
    this.variables = variables;
    void this.fill();
  }

  /** The older result stays until the new one is there. */
  async fill(): Promise<void> {
    this.#abort.abort();
    const abort = new AbortController();
    this.#abort = abort;
    if (this.isBroken) return;
    try {
      this.filled = await this.api.fillTemplate(this.platform, this.text, this.variables, abort.signal);
      this.error = null;
    } catch (error) {
      if (!isAbort(error)) this.error = sentence(error);
    }
  }

  end(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#abort.abort();
  }
}

/** What the bot has after a turn, as one object; numbers keep their digits. */
export function objectAfter(variables: readonly Pick<Variable, "name" | "in" | "after">[]): string {
  const members = variables.flatMap(({ name, in: before, after }) => {
    const value = after ?? before;
    return value === null ? [] : [`${JSON.stringify(name)}: ${value}`];
  });
  return members.length === 0 ? "{}" : `{\n  ${members.join(",\n  ")}\n}`;
}
