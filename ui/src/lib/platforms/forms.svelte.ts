/** What is typed about the platforms of bots; it stays while the reader looks at something else. */
import type { App } from "../app/app.svelte";
import type { StoreKind } from "../app/stores";
import type { FeedEvent, Platform } from "../api/types";
import type { FeedStore } from "../stores/feed.svelte";
import { PathExamples } from "./example.svelte";
import { type FormParts, PlatformForm } from "./form.svelte";

export interface OpenForm {
  form: PlatformForm;
  examples: PathExamples;
}

export class PlatformForms implements FeedStore {
  readonly #open = new Map<string, OpenForm>();
  readonly follows = {
    exchange_received: ({ exchange }: FeedEvent) => {
      if (exchange) for (const { examples } of this.#open.values()) examples.received(exchange);
    },
  };

  constructor(private readonly parts: FormParts) {}

  /** The form of a bot's platform, made where it is asked for first. */
  of(bot: string, platform: Platform): OpenForm {
    const key = `${bot}/${platform}`;
    const open = this.#open.get(key);
    if (open) return open;
    const made = this.#make(bot, platform);
    this.#open.set(key, made);
    return made;
  }

  /** Made outside of the component that asks: what is derived in a form would end with it. */
  #make(bot: string, platform: Platform): OpenForm {
    let made: OpenForm | null = null;
    $effect.root(() => {
      const form = new PlatformForm(this.parts, bot, platform);
      made = { form, examples: new PathExamples(this.parts, form) };
    });
    if (made === null) throw new Error("the form was not made");
    return made;
  }

  /** The settings are read with the bots. */
  reload(): Promise<void> {
    return Promise.resolve();
  }

  refresh(): Promise<void> {
    return Promise.resolve();
  }
}

export const PLATFORM_FORMS: StoreKind<PlatformForms> = {
  make: ({ api, clock, program, toasts }: App) => new PlatformForms({ api, program, toasts, now: () => clock.peek() }),
};
