/**
 * The program's own state: status, bots, settings and who answers. Caches, read again when the feed
 * says so.
 */
import { MODES } from "../answering/modes";
import type { Api } from "../api/api";
import { Latest } from "../latest";
import { quietly } from "../quietly";
import type { Answering, Bot, Mode, NewAnswering, Settings, SettingsPatch, Status } from "../api/types";

/** Counts change with every exchange; they are read again this often at most. */
const STATUS_MS = 1000;

export class Program {
  status = $state.raw<Status | null>(null);
  bots = $state.raw<Bot[]>([]);
  settings = $state.raw<Settings | null>(null);
  /**
   * The bot that is looked at; `null` stands for the first one where one is meant, for all in
   * lists.
   */
  botId = $state<string | null>(null);
  readonly bot = $derived(this.bots.find((one) => one.id === this.botId) ?? this.bots[0] ?? null);
  /** With the bot that it is of: what was read of one is never shown of another, or written to it. */
  #known = $state.raw<{ bot: string | null; answering: Answering } | null>(null);
  readonly answering = $derived(this.#known?.bot === (this.bot?.id ?? null) ? this.#known.answering : null);
  /** How long requests wait for a person, where they do. */
  readonly holding = $derived(this.answering && MODES[this.answering.mode].holds ? this.answering.hold : null);
  /** Whether the reader chose to see this computer's address although there is a public one. */
  wantsLocal = $state(false);
  readonly publicAddress = $derived(this.bot?.public_url ?? null);
  readonly localAddress = $derived(this.bot?.webhook_url ?? this.status?.webhook.url ?? "");
  readonly isPublic = $derived(this.publicAddress !== null && !this.wantsLocal);
  readonly address = $derived(this.isPublic && this.publicAddress !== null ? this.publicAddress : this.localAddress);
  names = $state.raw<string[]>([]);

  #statusTimer: ReturnType<typeof setTimeout> | null = null;
  readonly #statusReading = new Latest(async () => {
    this.status = await this.api.status();
  });
  readonly #botsReading = new Latest(async () => {
    const before = this.bot?.id;
    this.bots = (await this.api.bots()).bots;
    if (this.botId !== null && !this.bots.some((one) => one.id === this.botId)) this.botId = null;
    if (this.bot?.id !== before) quietly(this.reloadAnswering());
  });
  readonly #settingsReading = new Latest(async () => {
    this.settings = await this.api.settings();
  });
  readonly #answeringReading = new Latest(async () => {
    const bot = this.bot?.id ?? null;
    this.#known = { bot, answering: await this.api.answering(bot) };
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

  async setMode(mode: Mode): Promise<void> {
    const answering = this.answering;
    if (!answering || answering.mode === mode) return;
    const next = { ...answering, mode };
    // Shown at once; the reading afterwards takes it back where the program refuses.
    this.#known = { bot: this.bot?.id ?? null, answering: next };
    await this.setAnswering(next);
  }

  /** An action's own answer can be older than what was read meanwhile; a reading after it cannot. */
  async setAnswering(next: NewAnswering): Promise<void> {
    try {
      await this.api.setAnswering(this.bot?.id ?? null, next);
    } finally {
      await this.reloadAnswering();
    }
  }

  async changeSettings(change: SettingsPatch): Promise<void> {
    await this.api.changeSettings(change);
    await this.reloadSettings();
  }
}
