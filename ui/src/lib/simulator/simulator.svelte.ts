/**
 * The users that the program plays for the bot in sight: who they are, what the chosen one keeps
 * from turn to turn, and its turns.
 */
import type { Api } from "../api/api";
import type { App } from "../app/app.svelte";
import type { StoreKind } from "../app/stores";
import type { Exchange, FeedEvent, PlayedUser, SimulatedPlatform, Summary } from "../api/types";
import { isJson } from "../json/members";
import { childTexts } from "../json/walk";
import { Latest } from "../latest";
import { quietly } from "../quietly";
import type { FeedStore } from "../stores/feed.svelte";
import { PLATFORMS } from "../stores/platforms.svelte";
import { prefs, simulatorTarget } from "../stores/prefs.svelte";
import type { Program } from "../stores/program.svelte";
import type { Toasts } from "../stores/toasts.svelte";
import { Calls } from "./calls.svelte";
import { turnsOf } from "./turns";

/** Turns that are shown; earlier ones are found among all turns. */
const SHOWN = 30;

export type Target = "self" | "upstream" | "url";

/** What a user keeps, as JSON text, and the turns that can be taken back. */
interface Kept {
  bot: string | null;
  user: string;
  variables: string;
  turns: readonly string[];
}

interface Parts {
  api: Api;
  program: Program;
  toasts: Toasts;
  platforms: () => readonly { id: SimulatedPlatform }[];
}

export class Simulator implements FeedStore {
  /** Whose they are, and who they are; `null` until they are read. */
  #read = $state.raw<{ bot: string | null; users: readonly PlayedUser[] } | null>(null);
  #chosen = $state.raw<{ bot: string | null; user: string } | null>(null);
  #kept = $state.raw<Kept | null>(null);
  #turns = $state.raw<readonly Exchange[]>([]);
  /** Whether the chosen user has turns before those that are shown. */
  hasEarlier = $state(false);
  error = $state.raw<unknown>(null);
  /** Users whose turns are under way, by bot and name. */
  #underWay = $state.raw<ReadonlySet<string>>(new Set());
  /** The variables as they are edited, until they are kept. */
  #edited = $state.raw<{ of: Kept; text: string } | null>(null);
  event = $state("");
  text = $state("");

  readonly users: readonly PlayedUser[] | null = $derived(this.#read?.bot === this.bot ? this.#read.users : null);
  readonly chosen: string | null = $derived.by(() => {
    if (this.#chosen !== null && this.#chosen.bot === this.bot) return this.#chosen.user;
    return lastPlayed(this.users ?? [])?.user ?? null;
  });
  readonly kept: Kept | null = $derived(
    this.#kept !== null && this.#kept.bot === this.bot && this.#kept.user === this.chosen ? this.#kept : null,
  );
  readonly turns: readonly Exchange[] = $derived(this.kept === null ? [] : this.#turns);
  readonly edited: string | null = $derived(
    this.#edited !== null && this.#edited.of.user === this.chosen && this.#edited.of.bot === this.bot
      ? this.#edited.text
      : null,
  );
  readonly variables: string = $derived(this.edited ?? this.kept?.variables ?? "{}");
  readonly isUnderWay: boolean = $derived(this.chosen !== null && this.#underWay.has(this.#key(this.chosen)));
  readonly canSend: boolean = $derived(
    this.chosen !== null && this.event.trim() !== "" && !this.isUnderWay && isJson(this.variables),
  );

  readonly follows = {
    exchange_received: (event: FeedEvent) => this.#happened(event),
    exchange_changed: (event: FeedEvent) => this.#happened(event),
    exchange_removed: ({ id }: FeedEvent) => {
      if (this.#turns.some((turn) => turn.id === id)) quietly(this.refresh());
    },
  };

  readonly #reading = new Latest(async () => {
    const { api } = this.parts;
    const { bot } = this;
    try {
      const { users } = await api.playedUsers(bot);
      this.#read = { bot, users };
      this.error = null;
    } catch (error) {
      this.error = error;
      throw error;
    }
    const user = this.chosen;
    if (user === null) {
      this.#kept = null;
      return;
    }
    const known = new Map(this.#turns.map((turn) => [turn.id, turn]));
    const [document, { turns, hasEarlier }] = await Promise.all([
      api.playedUser(bot, user),
      turnsOf(api, { bot, user, most: SHOWN }, known),
    ]);
    // Another one was chosen meanwhile: it is read next.
    if (this.bot !== bot || this.chosen !== user) return;
    const fields = childTexts(document);
    const ids: unknown = JSON.parse(fields.get("turns") ?? "[]");
    this.#kept = {
      bot,
      user,
      variables: fields.get("variables") ?? "{}",
      turns: Array.isArray(ids) ? ids.map(String) : [],
    };
    this.#turns = turns;
    this.hasEarlier = hasEarlier;
  });

  /** Calls of platforms whose users are not played; what is composed of them. */
  readonly calls: Calls;

  constructor(private readonly parts: Parts) {
    const { api, toasts } = parts;
    this.calls = new Calls({ api, toasts, bot: () => this.bot, target: simulatorTarget });
  }

  get bot(): string | null {
    return this.parts.program.bot?.id ?? null;
  }

  get target(): Target {
    return prefs.values.simulatorTarget;
  }

  reload(): Promise<void> {
    return this.refresh();
  }

  refresh(): Promise<void> {
    return this.#reading.refresh();
  }

  #key(user: string): string {
    return `${this.bot ?? ""} ${user}`;
  }

  #happened({ exchange }: FeedEvent): void {
    const isPlayed = exchange?.source === "simulator" && exchange.bot === this.bot;
    if (isPlayed) quietly(this.refresh());
  }

  choose(user: string): void {
    this.calls.choose(null);
    this.#chosen = { bot: this.bot, user };
    quietly(this.refresh());
  }

  step(by: 1 | -1): void {
    const names = (this.users ?? []).map(({ user }) => user);
    const at = names.indexOf(this.chosen ?? "");
    const next = names[at < 0 ? 0 : Math.min(names.length - 1, Math.max(0, at + by))];
    if (next !== undefined) this.choose(next);
  }

  edit(text: string): void {
    const { kept } = this;
    if (kept === null) return;
    this.#edited = text === kept.variables ? null : { of: kept, text };
  }

  undoEdits(): void {
    this.#edited = null;
  }

  /** What the bot is set to; of one that is found out by its requests, the program's first. */
  #platform(): SimulatedPlatform | null {
    const own = this.parts.program.bot?.platform ?? "auto";
    return own === "auto" || own === "plain" ? (this.parts.platforms()[0]?.id ?? null) : own;
  }

  /** Sends the turn that is written, with the variables as they stand. */
  async send(): Promise<void> {
    const { api, toasts } = this.parts;
    const { bot, chosen: user, edited } = this;
    const platform = this.#platform();
    if (user === null || platform === null || !this.canSend) return;
    const [event, text, key] = [this.event.trim(), this.text, this.#key(user)];
    this.#underWay = new Set([...this.#underWay, key]);
    this.#chosen = { bot, user };
    await toasts.attempt(async () => {
      if (edited !== null) {
        await api.setPlayedUser(bot, user, edited);
        this.#edited = null;
      }
      await api.simulate(bot, { platform, user, event, text, target: simulatorTarget() });
      // What is written for the next turn meanwhile stays.
      if (this.event.trim() === event && this.text === text) [this.event, this.text] = ["", ""];
    });
    this.#underWay = new Set([...this.#underWay].filter((one) => one !== key));
    quietly(this.refresh());
  }

  async #change(change: (bot: string | null, user: string) => Promise<unknown>): Promise<boolean> {
    const { bot, chosen: user } = this;
    if (user === null) return false;
    const done = await this.parts.toasts.attempt(() => change(bot, user));
    quietly(this.refresh());
    return done;
  }

  async stepBack(): Promise<void> {
    if ((this.kept?.turns.length ?? 0) === 0) return;
    this.undoEdits();
    await this.#change((bot, user) => this.parts.api.stepBack(bot, user));
  }

  /** A user with the same variables and turns; its name, where it was made. */
  async branch(): Promise<string | null> {
    const { api } = this.parts;
    const taken = new Set((this.users ?? []).map(({ user }) => user));
    const { chosen } = this;
    if (chosen === null || !taken.has(chosen)) return null;
    const name = freeName(chosen, taken);
    const done = await this.#change((bot, user) => api.branchPlayedUser(bot, user, name));
    if (done) this.choose(name);
    return done ? name : null;
  }

  /** Forgets the chosen user; its turns stay in the history. */
  async forget(): Promise<boolean> {
    const done = await this.#change((bot, user) => this.parts.api.forgetPlayedUser(bot, user));
    if (done) {
      this.#chosen = null;
      this.#edited = null;
      quietly(this.refresh());
    }
    return done;
  }

  /** Goes on as a user from a recorded turn. */
  async playFrom({ bot, id }: Pick<Summary, "bot" | "id">, user: string): Promise<boolean> {
    const done = await this.parts.toasts.attempt(() => this.parts.api.playFrom(bot, user, id));
    if (done) {
      this.calls.choose(null);
      this.#chosen = { bot, user };
      this.#edited = null;
      quietly(this.refresh());
    }
    return done;
  }
}

function lastPlayed(users: readonly PlayedUser[]): PlayedUser | null {
  return users.toSorted((a, b) => (b.last ?? "").localeCompare(a.last ?? ""))[0] ?? null;
}

/** A name that no user has: the first one's with a letter behind. */
export function freeName(user: string, taken: ReadonlySet<string>): string {
  for (let number = 0; ; number += 1) {
    const letter = String.fromCharCode("b".charCodeAt(0) + (number % 25));
    const name = `${user}-${letter}${number < 25 ? "" : Math.floor(number / 25)}`;
    if (!taken.has(name)) return name;
  }
}

export const SIMULATOR: StoreKind<Simulator> = {
  make: (app: App) => {
    const { api, program, toasts } = app;
    return new Simulator({ api, program, toasts, platforms: () => app.stores.get(PLATFORMS).list });
  },
};
