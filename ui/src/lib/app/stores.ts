/**
 * The stores that parts of the registry bring with them. Each is made once with the page, read at
 * every start of the feed, and found by its kind.
 */
import type { FeedStore } from "../stores/feed.svelte";
import type { App } from "./app.svelte";

/** How a store is made; a component and a command find it by this. */
export interface StoreKind<T extends FeedStore> {
  readonly make: (app: App) => T;
}

export class Stores {
  readonly #made: ReadonlyMap<StoreKind<FeedStore>, FeedStore>;

  constructor(app: App) {
    const { registry } = app;
    const parts = [registry.places, registry.views, registry.dialogs, registry.tabs].flatMap((kind) =>
      Object.values(kind),
    );
    const kinds = new Set(parts.flatMap(({ store }) => store ?? []));
    this.#made = new Map([...kinds].map((kind) => [kind, kind.make(app)]));
  }

  get all(): FeedStore[] {
    return [...this.#made.values()];
  }

  get<T extends FeedStore>(kind: StoreKind<T>): T {
    const store = this.#made.get(kind);
    if (!store) throw new Error("no part of the registry brings this store");
    return store as T;
  }
}
