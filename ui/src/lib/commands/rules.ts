/** Commands about the chosen rule. */
import { unsent } from "../answering/other";
import type { App } from "../app/app.svelte";
import type { ListedRule } from "../rules/listed";
import { alwaysAnswerSo } from "../rules/make";
import { RULES } from "../rules/rules.svelte";
import { newRule } from "../rules/fields";
import { prefs } from "../stores/prefs.svelte";
import type { CommandSpec } from "./command";

const place = "rules";
const group = "rules";
/** Once a row of the form is gone, the focus is nowhere: a key there is not for the rule. */
const within = "[data-rules]";
const store = ({ stores }: App) => stores.get(RULES);
const chosen = (app: App) => store(app).chosen !== null;
const withChosen = (run: (app: App, rule: ListedRule) => unknown) => (app: App) => {
  const rule = store(app).chosen;
  if (rule !== null) void run(app, rule);
};
const moveBy = (by: 1 | -1) => withChosen((app, rule) => store(app).moveBy(rule, by));

const draftOf = (app: App) => {
  const { chosenId } = store(app);
  return chosenId === null ? null : store(app).draftOf(chosenId);
};
function saveRule(app: App): void {
  const draft = draftOf(app);
  if (draft?.dirty) void store(app).save(draft);
}
function step(app: App, by: 1 | -1): void {
  store(app).step(by);
  app.focus.request("list");
}
function newOne(app: App): void {
  const rules = store(app);
  rules.choose(rules.begin(rules.bot, newRule()));
  app.focus.request("ruleName");
}

/** The answer that is being written, or that went out, to all turns like the selected one. */
async function makeRule(app: App): Promise<void> {
  const { api, drafts, selection, toasts } = app;
  const { row } = selection;
  if (row === null) return;
  const held = row.state === "held" ? (drafts.find(row.id)?.given ?? null) : null;
  const own = held ?? unsent(drafts.otherOf(row.id)) ?? unsent(drafts.find(row.id));
  const { focus, navigation, program } = app;
  const parts = { focus, navigation, program, selection, toasts, rules: store(app) };
  await toasts.attempt(() => alwaysAnswerSo(api, parts, row.id, own));
}

export const RULE_COMMANDS = {
  makeRule: {
    label: { ru: "Отвечать так всегда", en: "Always answer so" },
    group: "answer",
    keys: ["M"],
    place: "exchanges",
    enabled: ({ selection }) => selection.row !== null && selection.row.state !== "answering",
    run: (app) => void makeRule(app),
  },
  ruleNew: {
    label: { ru: "Новое правило", en: "New rule" },
    group,
    keys: ["N"],
    place,
    run: newOne,
  },
  ruleSave: {
    label: { ru: "Сохранить правило", en: "Save the rule" },
    group,
    everywhere: ["Ctrl+Enter"],
    place,
    enabled: (app) => draftOf(app)?.dirty ?? false,
    run: saveRule,
  },
  ruleFilter: {
    label: { ru: "Найти правило", en: "Find a rule" },
    group,
    keys: ["/"],
    everywhere: ["Ctrl+F"],
    place,
    run: ({ focus }) => focus.request("filter"),
  },
  ruleNext: {
    label: { ru: "Следующее правило", en: "Next rule" },
    group,
    keys: ["J"],
    place,
    run: (app) => step(app, 1),
    quiet: true,
  },
  rulePrevious: {
    label: { ru: "Предыдущее правило", en: "Previous rule" },
    group,
    keys: ["K"],
    place,
    run: (app) => step(app, -1),
    quiet: true,
  },
  ruleUp: {
    label: { ru: "Правило выше", en: "Move the rule up" },
    group,
    keys: ["Alt+ArrowUp"],
    place,
    enabled: chosen,
    run: moveBy(-1),
  },
  ruleDown: {
    label: { ru: "Правило ниже", en: "Move the rule down" },
    group,
    keys: ["Alt+ArrowDown"],
    place,
    enabled: chosen,
    run: moveBy(1),
  },
  ruleGrouping: {
    label: { ru: "Правила: по событиям или по порядку", en: "Rules: by event or in their order" },
    group,
    keys: ["G"],
    place,
    run: () => prefs.set("rulesGrouped", !prefs.values.rulesGrouped),
  },
  ruleToggle: {
    label: { ru: "Включить или выключить правило", en: "Switch the rule on or off" },
    group,
    keys: ["Space"],
    place,
    within,
    enabled: chosen,
    run: withChosen((app, rule) => store(app).toggle(rule)),
  },
  ruleDuplicate: {
    label: { ru: "Дублировать правило", en: "Duplicate the rule" },
    group,
    everywhere: ["Ctrl+D"],
    place,
    enabled: chosen,
    run: withChosen((app, rule) => store(app).duplicate(rule)),
  },
  ruleDelete: {
    label: { ru: "Удалить правило", en: "Delete the rule" },
    group,
    keys: ["Delete"],
    place,
    within,
    enabled: chosen,
    run: withChosen((app, rule) => store(app).remove(rule)),
  },
} satisfies Record<string, CommandSpec>;
