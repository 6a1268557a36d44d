/** The rules of the bot in sight: their list, the chosen one, and what is done with them. */
import type { Api } from "../api/api";
import { ApiError } from "../api/errors";
import type { App } from "../app/app.svelte";
import type { StoreKind } from "../app/stores";
import type { FeedEvent, RuleState } from "../api/types";
import { t } from "../i18n/index.svelte";
import { InTurn } from "../in-turn";
import { Latest } from "../latest";
import { quietly } from "../quietly";
import type { Announcer } from "../stores/announcer.svelte";
import { prefs } from "../stores/prefs.svelte";
import type { FeedStore } from "../stores/feed.svelte";
import type { Program } from "../stores/program.svelte";
import type { Toasts } from "../stores/toasts.svelte";
import type { RuleDraft } from "./draft.svelte";
import { isNew, RuleDrafts, type Unsaved } from "./drafts";
import type { RuleFields } from "./fields";
import { ruleJson } from "./fields-write";
import {
  copied,
  definitionOf,
  listingOf,
  moved,
  ruleFits,
  sectionsOf,
  type ListedRule,
  type RuleListing,
  type RuleSection,
} from "./listed";
import { switchRule } from "./switch";

/** Hits change with every turn; they are read again this often at most. */
const COUNTS_MS = 1000;

interface Parts {
  api: Api;
  announcer: Announcer;
  program: Program;
  toasts: Toasts;
}

/** What a rule remembers: of which rule that is, and why it is not there. */
export interface RuleMemory {
  /** Whose rule it is: bots that share a folder have rules of the same ids. */
  bot: string | null;
  id: string;
  states: RuleState[] | null;
  error: unknown;
}

export class Rules implements FeedStore {
  /** What was read last, and whose rules those are. */
  #read = $state.raw<{ bot: string | null; listing: RuleListing } | null>(null);
  /** The rules of the bot in sight; `null` until they are read. */
  readonly listing: RuleListing | null = $derived(this.#read?.bot === this.bot ? this.#read.listing : null);
  error = $state.raw<unknown>(null);
  filter = $state("");
  chosenId = $state<string | null>(null);
  readonly follows = {
    rules_changed: () => quietly(this.refresh()),
    exchange_received: (event: FeedEvent) => this.#counted(event),
    exchange_changed: (event: FeedEvent) => this.#counted(event),
    exchange_removed: () => this.looked?.historyChanged(),
  };
  /** The draft that is in sight. */
  looked: RuleDraft | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  readonly all: readonly ListedRule[] = $derived(this.listing?.rules ?? []);
  readonly sections: readonly RuleSection[] = $derived.by(() => {
    const rules = this.all.filter((rule) => ruleFits(rule, this.filter));
    return prefs.values.rulesGrouped ? sectionsOf(rules) : [{ title: null, rules }];
  });
  readonly shown: readonly ListedRule[] = $derived(this.sections.flatMap(({ rules }) => rules));
  readonly chosen: ListedRule | null = $derived(this.all.find(({ id }) => id === this.chosenId) ?? null);
  readonly #drafts: RuleDrafts;
  /** The names of drafts with unsaved changes, those of new rules among them. */
  unsaved = $state.raw<ReadonlySet<string>>(new Set());
  #loose = $state.raw<readonly RuleDraft[]>([]);
  /** Drafts of rules that the program does not have: new ones, and those deleted elsewhere. */
  readonly loose: readonly RuleDraft[] = $derived(this.#loose.filter(({ bot }) => bot === this.bot));
  /** What the chosen rule remembers. */
  memory = $state.raw<RuleMemory | null>(null);
  #memoryReadings = 0;
  /** A rule's text is read and written by one of them at a time. */
  readonly #writes = new InTurn();

  readonly #reading = new Latest(async () => {
    const { bot } = this;
    try {
      this.#read = { bot, listing: listingOf(await this.parts.api.rules(bot)) };
      this.#settle();
      this.error = null;
    } catch (error) {
      this.error = error;
      throw error;
    }
  });

  constructor(private readonly parts: Parts) {
    this.#drafts = new RuleDrafts(parts.api, () => this.#settle());
  }

  get bot(): string | null {
    return this.parts.program.bot?.id ?? null;
  }

  reload(): Promise<void> {
    return this.refresh();
  }

  refresh(): Promise<void> {
    return this.#reading.refresh();
  }

  /** Sees what is unsaved, and which rules it is of. */
  #settle(): void {
    const { bot } = this;
    this.unsaved = this.#drafts.unsavedOf(bot);
    const saved = this.listing === null ? null : new Set(this.all.map(({ id }) => id));
    const loose = [...this.unsaved].filter((name) => isNew(name) || saved?.has(name) === false);
    for (const draft of this.#loose) draft.gone = false;
    const drafts = loose.flatMap((name) => this.#drafts.of(bot, name, null) ?? []);
    // One that was saved for the first time just now is listed with the next reading.
    this.#loose = drafts.filter(({ id, saving }) => id === null || !saving);
    for (const draft of this.#loose) draft.gone = draft.id !== null;
  }

  /** A turn that a rule took is counted there; many turns make one reading. */
  #counted({ exchange }: FeedEvent): void {
    if (exchange?.bot !== this.bot) return;
    this.looked?.historyChanged();
    if (exchange.rule == null) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      quietly(this.refresh());
    }, COUNTS_MS);
  }

  /** An answer that a later question has overtaken is dropped. */
  async readMemory(id: string): Promise<void> {
    const reading = ++this.#memoryReadings;
    const { bot, memory: last } = this;
    const before = last?.id === id && last.bot === bot ? last.states : null;
    let memory: RuleMemory;
    try {
      memory = { bot, id, ...(await this.parts.api.ruleState(bot, id)), error: null };
    } catch (error) {
      memory = { bot, id, states: before, error };
    }
    if (reading === this.#memoryReadings) this.memory = memory;
  }

  step(by: 1 | -1): void {
    const ids = [...this.loose.map(({ name }) => name), ...this.shown.map(({ id }) => id)];
    const at = ids.indexOf(this.chosenId ?? "-");
    const next = at < 0 ? 0 : Math.max(0, Math.min(ids.length - 1, at + by));
    this.chosenId = ids[next] ?? null;
  }

  /** The draft of a rule, or of a new one. */
  draftOf(id: string): RuleDraft | null {
    const rule = this.all.find((one) => one.id === id);
    return this.#drafts.of(this.bot, id, rule === undefined ? null : definitionOf(rule));
  }

  /** The new rule that is chosen, where one is. */
  get begun(): RuleDraft | null {
    return this.loose.find(({ id, name }) => id === null && name === this.chosenId) ?? null;
  }

  /** Chooses a draft; what stands in its fields is tried and kept from there. */
  choose({ name }: RuleDraft): void {
    this.filter = "";
    this.chosenId = name;
  }

  /** Begins a new rule of a bot. One that was begun and never touched is that rule. */
  begin(bot: string | null, fields: RuleFields): RuleDraft {
    const json = ruleJson(fields);
    const same = bot === this.bot ? this.loose.find((one) => one.id === null && one.json === json) : undefined;
    const draft = same ?? this.#drafts.begin(bot, json);
    this.#settle();
    if (bot === this.bot) this.choose(draft);
    return draft;
  }

  /** Writes down what is unsaved of a draft. */
  keep(draft: RuleDraft): void {
    this.#drafts.keep(draft);
    this.#settle();
  }

  /** Puts unsaved changes away; for ten seconds they come back. */
  discard(draft: RuleDraft): void {
    const { base, bot, json, name } = draft;
    this.#drafts.drop(bot, name);
    this.#settle();
    if (this.chosenId === name && this.chosen === null) this.chosenId = this.shown[0]?.id ?? null;
    this.parts.toasts.undo(
      () => t("rule.discarded"),
      () => this.#restore(bot, name, { base, json }),
    );
  }

  /** Brings back what was unsaved; what was written in its place since then comes back by undo. */
  #restore(bot: string | null, name: string, unsaved: Unsaved): void {
    const newer = this.#drafts.left(bot, name);
    this.#drafts.restore(bot, name, unsaved);
    this.#settle();
    if (bot === this.bot) this.chosenId = name;
    if (newer === null || newer.json === unsaved.json) return;
    this.parts.toasts.undo(
      () => t("rule.replaced"),
      () => this.#restore(bot, name, newer),
    );
  }

  /** Saves a draft; what is refused is shown at its place. */
  async save(draft: RuleDraft): Promise<void> {
    const { announcer, toasts } = this.parts;
    if (draft.saving) return;
    draft.saving = true;
    const { json } = draft;
    try {
      await this.#writes.after(() => this.#send(draft, json));
      await toasts.attempt(() => this.refresh());
      this.keep(draft);
      announcer.say(t("rule.saved"));
    } catch (error) {
      if (error instanceof ApiError && error.status === 422) draft.refuse(error, json);
      else if (error instanceof ApiError && error.status === 404 && draft.id !== null) await this.#lost(draft);
      else toasts.error(error);
    } finally {
      draft.saving = false;
    }
  }

  async #send(draft: RuleDraft, json: string): Promise<void> {
    const { api, toasts } = this.parts;
    const { bot, id } = draft;
    if (id !== null && !draft.gone) {
      const [stored] = listingOf(`{"rules":[${await api.putRule(bot, id, json)}]}`).rules;
      draft.saved(json, id, stored ? definitionOf(stored) : null);
      return;
    }
    const made = await api.addRule(bot, json);
    const wasChosen = this.chosenId === draft.name;
    this.#drafts.rename(draft, made.id);
    draft.saved(json, made.id);
    if (bot === this.bot && wasChosen) this.chosenId = made.id;
    await toasts.attempt(async () => {
      const stored = await this.#place(bot, made.id, 0);
      if (stored !== null) draft.saved(json, made.id, definitionOf(stored));
    });
  }

  /** Its rule was deleted elsewhere: the draft stays, and says so. */
  async #lost(draft: RuleDraft): Promise<void> {
    draft.gone = true;
    this.#drafts.keep(draft);
    await this.parts.toasts.attempt(() => this.refresh());
  }

  /** Does something and reads again, whatever came of it. */
  async #do(action: () => Promise<unknown>): Promise<boolean> {
    const done = await this.parts.toasts.attempt(action);
    await this.parts.toasts.attempt(() => this.refresh());
    return done;
  }

  async toggle(rule: ListedRule): Promise<void> {
    const { bot } = this;
    await this.#do(() => this.#writes.after(() => switchRule(this.parts.api, bot, rule.id)));
  }

  /** Puts a rule to another place in the order, and says where it stands then. */
  async move(id: string, to: number): Promise<void> {
    const { bot, listing } = this;
    const ids = moved(
      this.all.map((rule) => rule.id),
      id,
      to,
    );
    if (ids === null || listing === null) return;
    // Shown at once; the reading afterwards takes it back where the program refuses.
    const rules = ids.flatMap((one) => this.all.find((rule) => rule.id === one) ?? []);
    const shown = { bot, listing: { ...listing, rules } };
    const before = this.#read;
    this.#read = shown;
    const done = await this.#do(() => this.parts.api.orderRules(bot, ids));
    // Where the reading afterwards failed, too, an order that was refused does not stay.
    if (!done && this.#read === shown) this.#read = before;
    if (done) {
      this.parts.announcer.say(t("rules.place", { value: ids.indexOf(id) + 1, count: ids.length, total: ids.length }));
    }
  }

  /** To the place of the rule that is listed beside it, above or below. */
  async moveBy(rule: ListedRule, by: 1 | -1): Promise<void> {
    const section = this.sections.find(({ rules }) => rules.includes(rule))?.rules ?? [];
    const neighbour = section[section.indexOf(rule) + by];
    if (neighbour) await this.move(rule.id, this.all.indexOf(neighbour));
  }

  /** Right above another rule. */
  async moveAbove(id: string, other: string): Promise<void> {
    const to = this.all.findIndex((rule) => rule.id === other);
    if (to >= 0) await this.move(id, to);
  }

  /**
   * Adds a rule to a bot at a place; the program adds below the others. The bot's order is read
   * then: it may be another one by now, and the bot another than the one in sight.
   */
  async #add(bot: string | null, json: string, to: number): Promise<string | null> {
    let made: string | null = null;
    await this.#do(async () => {
      ({ id: made } = await this.parts.api.addRule(bot, json));
      await this.#place(bot, made, to);
    });
    return made;
  }

  /** Puts a rule that was just added, and stands last, to its place; gives it as it is listed. */
  async #place(bot: string | null, made: string, to: number): Promise<ListedRule | null> {
    const { rules } = listingOf(await this.parts.api.rules(bot));
    const others = rules.flatMap(({ id }) => (id === made ? [] : id));
    if (to < others.length) await this.parts.api.orderRules(bot, others.toSpliced(to, 0, made));
    return rules.find(({ id }) => id === made) ?? null;
  }

  async duplicate(rule: ListedRule): Promise<void> {
    const { bot } = this;
    const name = t("rules.copyName", { name: rule.name });
    const made = await this.#add(bot, copied(rule, name), this.all.indexOf(rule) + 1);
    if (made !== null && bot === this.bot) this.chosenId = made;
  }

  /** Deletes a rule; for ten seconds it comes back at its place, without what it remembered. */
  async remove(rule: ListedRule): Promise<void> {
    const { bot } = this;
    const at = this.all.indexOf(rule);
    const neighbour = this.all[at + 1] ?? this.all[at - 1];
    const unsaved = this.#drafts.left(bot, rule.id);
    const done = await this.#do(async () => {
      await this.parts.api.removeRule(bot, rule.id);
      this.#drafts.drop(bot, rule.id);
    });
    if (!done) return;
    this.chosenId = neighbour?.id ?? null;
    this.parts.toasts.undo(
      () => t("rules.deleted", { name: rule.name === "" ? t("rules.unnamed") : rule.name }),
      () => void this.#bringBack(bot, rule, at, unsaved),
    );
  }

  /** A deleted rule stands at its place again, with what was written in it and not saved. */
  async #bringBack(bot: string | null, rule: ListedRule, at: number, unsaved: Unsaved | null): Promise<void> {
    const made = await this.#add(bot, rule.json, at);
    if (made === null) return;
    if (unsaved !== null) this.#restore(bot, made, unsaved);
    if (bot === this.bot) this.chosenId = made;
  }

  async removeUnreadable(id: string): Promise<void> {
    const { bot } = this;
    await this.#do(() => this.parts.api.removeRule(bot, id));
  }

  async reset(id: string, key: string | null): Promise<void> {
    const { bot } = this;
    await this.#do(() => this.parts.api.resetRule(bot, id, key));
    if (this.chosenId === id) await this.readMemory(id);
  }
}

export const RULES: StoreKind<Rules> = { make: (app: App) => new Rules(app) };
