/** How long a bot waits for an answer, as far as that was learned, and its probe. */
import type { Api } from "../api/api";
import type { PatienceView, Platform, Probe } from "../api/types";
import type { App } from "../app/app.svelte";
import type { StoreKind } from "../app/stores";
import { Latest } from "../latest";
import { quietly } from "../quietly";
import type { FeedStore } from "./feed.svelte";

interface Parts {
  api: Api;
}

/** How long a probe may hold a request, in seconds. */
export const PROBE_SECONDS = { least: 10, usual: 600, most: 3600 };

export class Patience implements FeedStore {
  /** The bot that somebody looks at: another turn may be selected meanwhile. */
  #bot = $state.raw<string | null>(null);
  #read = $state.raw<PatienceView | null>(null);
  /** Why it could not be read. */
  error = $state.raw<unknown>(null);
  /** Of that bot; `null` until it is read. */
  readonly view: PatienceView | null = $derived(this.#read?.bot === this.#bot ? this.#read : null);
  readonly probe: Probe | null = $derived(this.view?.probe ?? null);
  readonly follows = { patience_changed: () => quietly(this.refresh()) };
  readonly #reading = new Latest(async () => {
    const bot = this.#bot;
    if (bot === null) return;
    try {
      this.#read = await this.parts.api.patience(bot);
      this.error = null;
    } catch (error) {
      // Of a bot that nobody looks at any more it says nothing.
      if (this.#bot === bot) this.error = error;
    }
  });

  constructor(private readonly parts: Parts) {}

  reload(): Promise<void> {
    return this.refresh();
  }

  /** Reads what is known of a bot, and follows it from now on. */
  look(bot: string): Promise<void> {
    if (this.#bot !== bot) this.error = null;
    this.#bot = bot;
    return this.refresh();
  }

  refresh(): Promise<void> {
    return this.#reading.refresh();
  }

  /** Lets the next request of a bot wait until it leaves, or for so many seconds. */
  async begin(bot: string, seconds: number): Promise<void> {
    await this.parts.api.probe(bot, seconds);
    await this.refresh();
  }

  /** A request that is held for the probe gets the fallback. */
  async end(bot: string): Promise<void> {
    await this.parts.api.endProbe(bot);
    await this.refresh();
  }

  async forget(bot: string, platform: Platform): Promise<void> {
    await this.parts.api.forgetPatience(bot, platform);
    await this.refresh();
  }
}

export const PATIENCE: StoreKind<Patience> = { make: (app: App) => new Patience(app) };
