/** Commands that put two turns beside each other. */
import type { App } from "../app/app.svelte";
import { t } from "../i18n/index.svelte";
import type { CommandSpec } from "./command";

const place = "exchanges";
const isOpen = ({ comparison }: App) => comparison.pair !== null;

function mark({ comparison, selection, toasts }: App): void {
  const { row } = selection;
  if (row === null) return;
  comparison.mark(row);
  if (comparison.marked !== null) toasts.info(() => t("compare.marked"));
}

export const COMPARE = {
  compare: {
    label: { ru: "Сравнить с другим ходом", en: "Compare with another turn" },
    group: "exchange",
    keys: ["X"],
    place,
    enabled: ({ selection }) => selection.row !== null,
    run: mark,
    after: "note",
  },
  nextDifference: {
    label: { ru: "Следующее отличие", en: "Next difference" },
    group: "exchange",
    everywhere: ["F7"],
    place,
    enabled: isOpen,
    run: ({ comparison }) => comparison.step(1),
  },
  previousDifference: {
    label: { ru: "Предыдущее отличие", en: "Previous difference" },
    group: "exchange",
    everywhere: ["Shift+F7"],
    place,
    enabled: isOpen,
    run: ({ comparison }) => comparison.step(-1),
  },
} satisfies Record<string, CommandSpec>;
