/** Choosing the bot that is looked at, and adding one. */
import { lacksServer } from "../answering/modes";
import type { Api } from "../api/api";
import type { Mode } from "../api/types";
import { t } from "../i18n/index.svelte";
import type { Dialogs } from "../stores/dialogs.svelte";
import type { ExchangeList } from "../stores/exchange-list.svelte";
import type { Selection } from "./selection.svelte";
import type { HeldTurns } from "../stores/held-turns.svelte";
import type { Navigation } from "../stores/navigation.svelte";
import type { Program } from "../stores/program.svelte";
import type { Toasts } from "../stores/toasts.svelte";

export interface BotParts {
  api: Api;
  dialogs: Dialogs;
  heldTurns: HeldTurns;
  list: ExchangeList;
  selection: Selection;
  navigation: Navigation;
  program: Program;
  toasts: Toasts;
}

export class Bots {
  constructor(private readonly parts: BotParts) {}

  /** Looks at one bot, or at all with `null`. */
  choose(id: string | null): void {
    const { heldTurns, list, program, selection, toasts } = this.parts;
    program.botId = id;
    void toasts.attempt(async () => {
      await Promise.all([list.setBot(id), heldTurns.setBot(id), program.reloadAnswering()]);
      // What was selected may be another bot's: a turn of the chosen one is shown then.
      if (id !== null && program.botId === id && selection.row?.bot !== id) selection.selectFirst();
    });
  }

  /** Sets who answers for every bot that is looked at; for several it can be taken back. */
  async setMode(mode: Mode): Promise<void> {
    const { dialogs, program, toasts } = this.parts;
    const lacking = program.answered.filter(({ id }) => lacksServer(mode, program.answeringOf(id)));
    const [first] = lacking;
    if (first) {
      if (program.answered.length === 1) dialogs.askForServer(mode);
      else toasts.info(() => t("server.lacking", { bot: first.name }));
      return;
    }
    const before = new Map(program.answered.map(({ id }) => [id, program.answeringOf(id)?.mode ?? mode]));
    const modes = new Map([...before.keys()].map((id) => [id, mode]));
    const done = await toasts.attempt(() => program.setModes(modes));
    if (!done || before.size < 2) return;
    toasts.undo(
      () => t("who.setAll", { count: before.size, value: before.size }),
      () => {
        void toasts.attempt(() => program.setModes(before));
      },
    );
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
