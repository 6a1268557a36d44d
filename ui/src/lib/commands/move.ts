/** Commands that move through the list. */
import type { App } from "../app/app.svelte";
import type { CommandSpec } from "./command";

const inList = (app: App) => app.navigation.view === null;

function toggleGrouping({ list, program, toasts }: App): void {
  const grouping = list.grouping === "user" ? "flat" : "user";
  list.grouping = grouping;
  void toasts.attempt(() => program.changeSettings({ grouping }));
}

export const MOVE = {
  next: {
    label: { ru: "Следующий ход", en: "Next turn" },
    group: "move",
    keys: ["J", "ArrowDown"],
    enabled: inList,
    run: ({ selection }) => selection.step(1),
    quiet: true,
  },
  previous: {
    label: { ru: "Предыдущий ход", en: "Previous turn" },
    group: "move",
    keys: ["K", "ArrowUp"],
    enabled: inList,
    run: ({ selection }) => selection.step(-1),
    quiet: true,
  },
  open: {
    label: { ru: "Открыть ход", en: "Open the turn" },
    group: "move",
    keys: ["Enter"],
    enabled: ({ selection }) => selection.row !== null,
    run: ({ focus }) => focus.request("detail"),
    quiet: true,
  },
  first: {
    label: { ru: "К самому новому", en: "To the newest" },
    group: "move",
    keys: ["Home"],
    enabled: inList,
    run: ({ list, toasts }) => void toasts.attempt(() => list.toNewest()),
  },
  nextHeld: {
    label: { ru: "К следующему, кто ждёт", en: "To the next held request" },
    group: "move",
    keys: ["H"],
    run: ({ selection }) => void selection.nextHeld(),
  },
  filter: {
    label: { ru: "Фильтр", en: "Filter" },
    group: "move",
    keys: ["/"],
    everywhere: ["Ctrl+F"],
    run: ({ focus, navigation }) => {
      navigation.back();
      focus.request("filter");
    },
  },
  grouping: {
    label: { ru: "Список: по пользователям или подряд", en: "List: by user or flat" },
    group: "move",
    keys: ["G"],
    run: toggleGrouping,
  },
} satisfies Record<string, CommandSpec>;
