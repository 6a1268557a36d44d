/**
 * The program's own state: status, bots, settings and who answers. Caches, read again when the feed
 * says so.
 */
import { MODES } from "../answering/modes";
import type { Api } from "../api/api";
import { botMarks, type BotMark } from "../bots/marks";
import { visible } from "../format/visible";
import { t } from "../i18n/index.svelte";
import { Latest } from "../latest";
import { quietly } from "../quietly";
import type { Answering, Bot, Mode, NewAnswering, Settings, SettingsPatch, Status } from "../api/types";

/** Counts change with every exchange; they are read again this often at most. */
const STATUS_MS = 1000;

export class Program {
  status = $state.raw<Status | null>(null);
  bots = $state.raw<Bot[]>([]);
  settings = $state.raw<Settings | null>(null);
  /** How each bot is answered, by its id. */
  #answerings = $state.raw<ReadonlyMap<string, Answering>>(new Map());
  /** The bot that is looked at; `null` stands for all. */
  botId = $state<string | null>(null);
  /** The bot of the selected turn: the one that is meant where all are looked at. */
  turnBot = $state<string | null>(null);
  readonly bot = $derived(this.bots.find((one) => one.id === (this.botId ?? this.turnBot)) ?? this.bots[0] ?? null);
  readonly answering = $derived(this.answeringOf(this.bot?.id ?? null));
  /** How long requests wait for a person, where they do. */
  readonly holding = $derived(this.answering && MODES[this.answering.mode].holds ? this.answering.hold : null);
  /** What tells bots apart; empty while there is one. */
  readonly marks: ReadonlyMap<string, BotMark> = $derived(
    this.bots.length > 1 ? botMarks(this.bots) : new Map<string, BotMark>(),
  );
  /** The name of the bot that is meant, where there is another one to mistake it for. */
  readonly botName = $derived(this.bots.length > 1 ? (this.bot?.name ?? null) : null);
  /** The bots that a choice of who answers is for. */
  readonly answered: readonly Bot[] = $derived(this.botId === null ? this.bots : this.bot ? [this.bot] : []);
  /** Who answers; `null` where it is not the same for all bots that are looked at. */
  readonly mode: Mode | null = $derived.by(() => {
    const modes = new Set(this.answered.map((bot) => this.#answerings.get(bot.id)?.mode));
    const [mode] = modes;
    return modes.size > 1 ? null : (mode ?? "rules");
  });
  /** Whether the reader chose to see this computer's address although there is a public one. */
  wantsLocal = $state(false);
  readonly publicAddress = $derived(this.bot?.public_url ?? null);
  readonly localAddress = $derived(this.bot?.webhook_url ?? this.status?.webhook.url ?? "");
  readonly isPublic = $derived(this.publicAddress !== null && !this.wantsLocal);
  readonly address = $derived(this.isPublic && this.publicAddress !== null ? this.publicAddress : this.localAddress);
  /** What is said when the address was copied. */
  get addressCopied(): () => string {
    const bot = this.botName;
    return () => (bot === null ? t("address.copied") : t("address.copiedOf", { bot }));
  }

  names = $state.raw<string[]>([]);

  #statusTimer: ReturnType<typeof setTimeout> | null = null;
  readonly #statusReading = new Latest(async () => {
    this.status = await this.api.status();
  });
  readonly #botsReading = new Latest(async () => {
    this.bots = (await this.api.bots()).bots;
    if (this.botId !== null && !this.bots.some((one) => one.id === this.botId)) this.botId = null;
    if (this.bots.some((bot) => !this.#answerings.has(bot.id))) quietly(this.reloadAnswering());
  });
  readonly #settingsReading = new Latest(async () => {
    this.settings = await this.api.settings();
  });
  readonly #answeringReading = new Latest(async () => {
    const read = async ({ id }: Bot) => [id, await this.api.answering(id)] as const;
    this.#answerings = new Map(await Promise.all(this.bots.map(read)));
  });

  constructor(private readonly api: Api) {}

  async reload(): Promise<void> {
    await Promise.all([this.#statusReading.refresh(), this.reloadBots(), this.reloadSettings()]);
    await this.reloadAnswering();
  }

  reloadBots(): Promise<void> {
    return this.#botsReading.refresh();
  }

  reloadSettings(): Promise<void> {
    return this.#settingsReading.refresh();
  }

  reloadAnswering(): Promise<void> {
    return this.#answeringReading.refresh();
  }

  async reloadNames(): Promise<void> {
    this.names = (await this.api.names(this.botId)).names;
  }

  /** Reads the status again soon; many calls make one reading. */
  statusSoon(): void {
    this.#statusTimer ??= setTimeout(() => {
      this.#statusTimer = null;
      quietly(this.#statusReading.refresh());
    }, STATUS_MS);
  }

  /** What a person calls an exchange's user; `null` where it has no name. */
  userName({ bot, user }: { bot: string; user: string | null }): string | null {
    if (user === null) return null;
    const names = this.bots.find((one) => one.id === bot)?.user_names;
    const name = names && Object.hasOwn(names, user) ? names[user] : undefined;
    return name === undefined ? null : visible(name);
  }

  answeringOf(bot: string | null): Answering | null {
    return (bot === null ? undefined : this.#answerings.get(bot)) ?? null;
  }

  /** Changes who answers for the named bots. */
  async setModes(modes: ReadonlyMap<string, Mode>): Promise<void> {
    const before = this.#answerings;
    const changes = [...modes].flatMap(([id, mode]) => {
      const answering = before.get(id);
      return answering && answering.mode !== mode ? [[id, { ...answering, mode }] as const] : [];
    });
    // Shown at once; the reading afterwards takes it back where the program refuses.
    this.#answerings = new Map([...before, ...changes]);
    try {
      for (const [id, answering] of changes) await this.api.setAnswering(id, answering);
    } finally {
      await this.reloadAnswering();
    }
  }

  /**
   * An action's own answer can be older than what was read meanwhile; a reading after it cannot.
   */
  async setAnswering(bot: string, next: NewAnswering): Promise<void> {
    try {
      await this.api.setAnswering(bot, next);
    } finally {
      await this.reloadAnswering();
    }
  }

  async changeSettings(change: SettingsPatch): Promise<void> {
    await this.api.changeSettings(change);
    await this.reloadSettings();
  }
}
