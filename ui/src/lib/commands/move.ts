/** Commands that move through the list. */
import type { App } from "../app/app.svelte";
import type { CommandSpec } from "./command";

/** These belong to the list of turns. */
const place = "exchanges";

/** Steps through the open conversation, in the order it is read, or else through the list. */
function step({ detail, selection, conversation }: App, by: 1 | -1): void {
  const next = conversation.detail === null ? null : conversation.turnBeside(detail.id, by);
  if (next === null) selection.step(by);
  else selection.select(next);
}

/** Closes the innermost of what is open beside the list. */
function leave({ comparison, selection, conversation }: App): void {
  if (comparison.pair !== null) comparison.close();
  else if (conversation.why !== null) conversation.closeWhy();
  else if (conversation.id !== null) conversation.close();
  else selection.alone();
}

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
    place,
    run: (app) => step(app, 1),
    quiet: true,
  },
  previous: {
    label: { ru: "Предыдущий ход", en: "Previous turn" },
    group: "move",
    keys: ["K", "ArrowUp"],
    place,
    run: (app) => step(app, -1),
    quiet: true,
  },
  extendDown: {
    label: { ru: "Выделить и следующий ход", en: "Choose the next turn, too" },
    group: "move",
    keys: ["Shift+J", "Shift+ArrowDown"],
    place,
    run: ({ selection }) => selection.extend(1),
    quiet: true,
  },
  extendUp: {
    label: { ru: "Выделить и предыдущий ход", en: "Choose the previous turn, too" },
    group: "move",
    keys: ["Shift+K", "Shift+ArrowUp"],
    place,
    run: ({ selection }) => selection.extend(-1),
    quiet: true,
  },
  chooseAll: {
    label: { ru: "Выделить все ходы списка", en: "Choose every listed turn" },
    group: "move",
    keys: ["Ctrl+A"],
    place,
    enabled: ({ list }) => list.rows.length > 1,
    run: ({ selection }) => selection.all(),
  },
  leave: {
    label: { ru: "Закрыть открытое или снять выделение", en: "Close what is open, or choose one turn only" },
    group: "move",
    keys: ["Escape"],
    place,
    enabled: ({ comparison, selection, conversation }) =>
      comparison.pair !== null || conversation.id !== null || selection.several.length > 0,
    run: leave,
  },
  open: {
    label: { ru: "Открыть ход", en: "Open the turn" },
    group: "move",
    keys: ["Enter"],
    place,
    enabled: ({ selection }) => selection.row !== null,
    run: ({ focus, conversation }) => {
      conversation.close();
      focus.request("detail");
    },
    quiet: true,
  },
  first: {
    label: { ru: "К самому новому", en: "To the newest" },
    group: "move",
    keys: ["Home"],
    place,
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
      navigation.goTo(place);
      focus.request("filter");
    },
  },
  grouping: {
    label: { ru: "Список: по пользователям или подряд", en: "List: by user or flat" },
    group: "move",
    keys: ["G"],
    place,
    run: toggleGrouping,
  },
} satisfies Record<string, CommandSpec>;
