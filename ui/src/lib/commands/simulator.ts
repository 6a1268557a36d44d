/** Commands of the simulator, and the one that takes a recorded turn into it. */
import type { App } from "../app/app.svelte";
import { t } from "../i18n/index.svelte";
import { SIMULATOR } from "../simulator/simulator.svelte";
import type { CommandSpec } from "./command";

const place = "simulator";
const group = "simulator";
const store = ({ stores }: App) => stores.get(SIMULATOR);

async function branch(app: App): Promise<void> {
  const user = await store(app).branch();
  if (user !== null) app.toasts.info(() => t("simulator.branched", { user }));
}

/** The user of the selected turn goes on from it. */
async function playFrom(app: App): Promise<void> {
  const { navigation, selection, toasts } = app;
  const { row } = selection;
  if (row === null) return;
  const user = row.user ?? "user";
  if (!(await store(app).playFrom(row, user))) return;
  navigation.goTo("simulator");
  toasts.info(() => t("simulator.playedFrom", { user }));
}

function step(app: App, by: 1 | -1): void {
  store(app).step(by);
  app.focus.request("list");
}

export const SIMULATOR_COMMANDS = {
  simulateFrom: {
    label: { ru: "Играть дальше в симуляторе", en: "Play on in the simulator" },
    group: "exchange",
    keys: ["I"],
    place: "exchanges",
    enabled: ({ selection }) => selection.row !== null && selection.row.state === "answered",
    run: (app) => void playFrom(app),
  },
  simulatorSend: {
    label: { ru: "Послать ход", en: "Send the turn" },
    group,
    everywhere: ["Ctrl+Enter"],
    place,
    enabled: (app) => {
      const { calls, canSend } = store(app);
      return calls.platform === null ? canSend : calls.canSend;
    },
    run: (app) => {
      const { calls } = store(app);
      void (calls.platform === null ? store(app).send() : calls.send());
    },
  },
  simulatorBack: {
    label: { ru: "Шаг назад", en: "Step back" },
    group,
    everywhere: ["Ctrl+["],
    place,
    enabled: (app) => (store(app).kept?.turns.length ?? 0) > 0 && !store(app).isUnderWay,
    run: (app) => void store(app).stepBack(),
  },
  simulatorBranch: {
    label: { ru: "Ветка отсюда", en: "Branch from here" },
    group,
    keys: ["B"],
    place,
    enabled: (app) => (store(app).kept?.turns.length ?? 0) > 0,
    run: (app) => void branch(app),
  },
  simulatorNew: {
    label: { ru: "Новый пользователь", en: "New user" },
    group,
    keys: ["N"],
    place,
    run: ({ focus }) => focus.request("newUser"),
  },
  simulatorEvent: {
    label: { ru: "К событию", en: "To the event" },
    group,
    keys: ["Enter"],
    place,
    within: "[data-users]",
    run: ({ focus }) => focus.request("event"),
  },
  simulatorNext: {
    label: { ru: "Следующий пользователь", en: "Next user" },
    group,
    keys: ["J"],
    place,
    run: (app) => step(app, 1),
  },
  simulatorPrevious: {
    label: { ru: "Предыдущий пользователь", en: "Previous user" },
    group,
    keys: ["K"],
    place,
    run: (app) => step(app, -1),
  },
} satisfies Record<string, CommandSpec>;
