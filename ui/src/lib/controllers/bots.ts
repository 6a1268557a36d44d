/** Choosing the bot that is looked at, and adding one. */
import type { Api } from "../api/api";
import { t } from "../i18n/index.svelte";
import type { ExchangeList } from "../stores/exchange-list.svelte";
import type { HeldTurns } from "../stores/held-turns.svelte";
import type { Navigation } from "../stores/navigation.svelte";
import type { Program } from "../stores/program.svelte";
import type { Toasts } from "../stores/toasts.svelte";

export interface BotParts {
  api: Api;
  heldTurns: HeldTurns;
  list: ExchangeList;
  navigation: Navigation;
  program: Program;
  toasts: Toasts;
}

export class Bots {
  constructor(private readonly parts: BotParts) {}

  /** Looks at one bot, or at all with `null`. */
  choose(id: string | null): void {
    const { heldTurns, list, program, toasts } = this.parts;
    program.botId = id;
    list.setBot(id);
    heldTurns.setBot(id);
    void toasts.attempt(() => program.reloadAnswering());
  }

  /** Adds a bot and shows it where it can be named. */
  async add(): Promise<void> {
    const { api, navigation, program, toasts } = this.parts;
    await toasts.attempt(async () => {
      const name = t("settings.botNew", { number: program.bots.length + 1 });
      await api.createBot({ name, platform: "auto" });
      await program.reloadBots();
      navigation.open("settings", "bots");
    });
  }
}
