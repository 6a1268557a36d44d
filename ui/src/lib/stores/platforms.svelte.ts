/** The platforms that the program knows, with their words in the reader's language. */
import type { Api } from "../api/api";
import type { Platform, PlatformInfo, Variable } from "../api/types";
import type { StoreKind } from "../app/stores";
import { Latest } from "../latest";
import type { FeedStore } from "./feed.svelte";

export class Platforms implements FeedStore {
  list = $state.raw<PlatformInfo[]>([]);
  /** The parts of each behind it: an exchange may be one's. */
  readonly all: readonly PlatformInfo[] = $derived(this.list.flatMap((platform) => [platform, ...platform.parts]));
  /** They change with the program alone. */
  readonly follows = {};
  readonly #reading = new Latest(async () => {
    this.list = (await this.api.platforms()).platforms;
  });

  constructor(private readonly api: Api) {}

  /**
   * Whether a variable is the developer's; all others are the platform's, and fold together. One of
   * which nothing is known is shown.
   */
  isOwn(platform: Platform, { role }: Pick<Variable, "role">): boolean {
    const roles = this.all.find(({ id }) => id === platform)?.roles ?? [];
    return roles.find(({ id }) => id === role)?.own ?? true;
  }

  /** Why a platform does not take an answer, in words; the code where it names none. */
  reason(platform: Platform, code: string): string {
    const reasons = this.all.find(({ id }) => id === platform)?.reasons ?? [];
    return reasons.find(({ id }) => id === code)?.name ?? code;
  }

  reload(): Promise<void> {
    return this.refresh();
  }

  refresh(): Promise<void> {
    return this.#reading.refresh();
  }
}

export const PLATFORMS: StoreKind<Platforms> = { make: ({ api }) => new Platforms(api) };
