/** How long the bot in sight waits for an answer, as far as that was learned, and its probe. */
import type { Api } from "../api/api";
import type { PatienceView, Platform, Probe } from "../api/types";
import type { App } from "../app/app.svelte";
import type { StoreKind } from "../app/stores";
import { Latest } from "../latest";
import { quietly } from "../quietly";
import type { FeedStore } from "./feed.svelte";

interface Parts {
  api: Api;
  program: { readonly bot: { readonly id: string } | null };
}

export class Patience implements FeedStore {
  #read = $state.raw<PatienceView | null>(null);
  /** Of the bot in sight; `null` until it is read. */
  readonly view: PatienceView | null = $derived.by(() => {
    const { bot } = this.parts.program;
    return bot !== null && this.#read?.bot === bot.id ? this.#read : null;
  });
  readonly probe: Probe | null = $derived(this.view?.probe ?? null);
  readonly follows = { patience_changed: () => quietly(this.refresh()) };
  readonly #reading = new Latest(async () => {
    this.#read = await this.parts.api.patience(this.parts.program.bot?.id ?? null);
  });

  constructor(private readonly parts: Parts) {}

  reload(): Promise<void> {
    return this.refresh();
  }

  refresh(): Promise<void> {
    return this.#reading.refresh();
  }

  /** Lets the next request of a bot wait until it leaves. */
  async begin(bot: string): Promise<void> {
    await this.parts.api.probe(bot);
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
