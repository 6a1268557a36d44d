/** A conversation that is sent again, turn after turn, and what differs from the recording. */
import type { Api } from "../api/api";
import type { ReplayRun, RunTurns } from "../api/types";
import type { Toasts } from "../stores/toasts.svelte";

/** How often a run that goes on is looked at, in milliseconds. */
const EVERY = 400;

interface Parts {
  api: Api;
  toasts: Toasts;
  /** The address, or the word that the program takes for it. */
  target: () => string;
}

export class ConversationRun {
  /** It is in sight in the place of the variables. */
  isOpen = $state(false);
  /** The run, and the conversation that it repeats. */
  #begun = $state.raw<{ id: string; conversation: string } | null>(null);
  view = $state.raw<ReplayRun | null>(null);
  error = $state.raw<unknown>(null);
  /** Another user in the place of the recorded one; nothing: as recorded. */
  user = $state("");
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly conversation: string | null = $derived(this.#begun?.conversation ?? null);
  readonly isRunning: boolean = $derived(this.view?.state === "running");
  readonly differing: number = $derived(this.view?.turns.filter(({ equal }) => !equal).length ?? 0);

  constructor(private readonly parts: Parts) {}

  /** Sends all of its turns, or those from one on. */
  async begin(conversation: string, from: string | null = null): Promise<void> {
    const { api, target, toasts } = this.parts;
    const of: RunTurns = from === null ? { conversation } : { from };
    const user = this.user.trim();
    await toasts.attempt(async () => {
      const { id } = await api.replayMany({ ...of, target: target(), ...(user === "" ? {} : { user }) });
      this.#begun = { id, conversation };
      this.view = null;
      this.error = null;
      await this.#look();
    });
  }

  /** Ends behind the turn that is under way. */
  async stop(): Promise<void> {
    await this.#change((id) => this.parts.api.stopRun(id));
  }

  async goOn(): Promise<void> {
    await this.#change((id) => this.parts.api.resumeRun(id));
  }

  async #change(change: (id: string) => Promise<ReplayRun>): Promise<void> {
    const begun = this.#begun;
    if (begun === null) return;
    await this.parts.toasts.attempt(async () => {
      const view = await change(begun.id);
      if (this.#begun === begun) this.#show(view);
    });
  }

  async #look(): Promise<void> {
    const begun = this.#begun;
    if (begun === null) return;
    try {
      const view = await this.parts.api.replayRun(begun.id);
      if (this.#begun === begun) this.#show(view);
    } catch (error) {
      if (this.#begun === begun) this.error = error;
    }
  }

  #show(view: ReplayRun): void {
    this.view = view;
    this.error = null;
    clearTimeout(this.#timer);
    if (view.state === "running") this.#timer = setTimeout(() => void this.#look(), EVERY);
  }
}
