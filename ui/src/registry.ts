/**
 * What the page is made of: places, views, tabs, dialogs. Another one is a folder or a component
 * and a line here; bars, palette, keys sheet and keyboard find it by that line. Commands without a
 * part are in `lib/commands`.
 */
import type { Component } from "svelte";

import AnswerPanel from "./components/answer/AnswerPanel.svelte";
import TimingTab from "./components/detail/TimingTab.svelte";
import RulesBar from "./components/rules/RulesBar.svelte";
import SimulatorBar from "./components/simulator/SimulatorBar.svelte";
import RequestTab from "./components/request/RequestTab.svelte";
import type { Dialog, Place, Tab, View } from "./lib/app/register";
import { TUNNEL } from "./lib/app/tunnel";
import { PLATFORM_FORMS } from "./lib/platforms/forms.svelte";
import { PATIENCE } from "./lib/stores/patience.svelte";
import { PLATFORMS } from "./lib/stores/platforms.svelte";
import { RULES } from "./lib/rules/rules.svelte";
import { SIMULATOR } from "./lib/simulator/simulator.svelte";
import { Chunk } from "./lib/chunks/chunk.svelte";
import Exchanges from "./views/exchanges/Exchanges.svelte";
import HeldBadge from "./views/exchanges/HeldBadge.svelte";
import VariablesTab from "./views/exchanges/VariablesTab.svelte";

/**
 * A component that comes with its own file, fetched when it is opened or when the browser is
 * idle.
 */
const lazy = (load: () => Promise<{ default: Component }>) => new Chunk(async () => (await load()).default);

export const PLACES = {
  exchanges: { label: { ru: "Ходы", en: "Turns" }, chunk: Chunk.of(Exchanges), badge: HeldBadge, store: PATIENCE },
  rules: {
    label: { ru: "Правила", en: "Rules" },
    chunk: lazy(() => import("./views/rules/Rules.svelte")),
    store: RULES,
    bar: RulesBar,
  },
  simulator: {
    label: { ru: "Симулятор", en: "Simulator" },
    chunk: lazy(() => import("./views/simulator/Simulator.svelte")),
    store: SIMULATOR,
    bar: SimulatorBar,
  },
} satisfies Record<string, Place>;

export const VIEWS = {
  settings: {
    label: { ru: "Настройки", en: "Settings" },
    everywhere: ["Ctrl+,"],
    chunk: lazy(() => import("./views/settings/SettingsView.svelte")),
    store: PLATFORM_FORMS,
  },
  platform: {
    label: { ru: "Что платформа сделает с моим ответом", en: "What the platform does with my answer" },
    chunk: lazy(() => import("./views/platform/PlatformView.svelte")),
    store: PLATFORMS,
  },
  tunnel: {
    label: { ru: "Туннель", en: "Tunnel" },
    keys: ["U"],
    chunk: lazy(() => import("./views/tunnel/TunnelView.svelte")),
    store: TUNNEL,
  },
} satisfies Record<string, View>;

export const DIALOGS = {
  palette: {
    label: { ru: "Команды", en: "Commands" },
    everywhere: ["Ctrl+K"],
    overDialogs: true,
    quiet: true,
    chunk: lazy(() => import("./components/commands/Palette.svelte")),
  },
  keys: {
    label: { ru: "Все клавиши", en: "All keys" },
    keys: ["?"],
    after: "tunnelToggle",
    chunk: lazy(() => import("./components/commands/KeysSheet.svelte")),
  },
  replayEdit: {
    label: { ru: "Изменить и повторить", en: "Edit and replay" },
    group: "exchange",
    keys: ["E"],
    after: "replay",
    place: "exchanges",
    enabled: ({ selection }) => selection.row !== null,
    chunk: lazy(() => import("./components/replay/ReplayDialog.svelte")),
  },
  ruleWhy: {
    label: { ru: "Почему такой ответ", en: "Why this answer" },
    group: "answer",
    keys: ["W"],
    after: "makeRule",
    place: "exchanges",
    enabled: ({ selection }) => selection.row !== null,
    chunk: lazy(() => import("./components/rules/RuleWhyDialog.svelte")),
  },
  answerVersions: {
    label: { ru: "Ответы на это событие", en: "Answers to this event" },
    group: "answer",
    after: "answerDifferently",
    place: "exchanges",
    enabled: ({ selection }) => selection.row !== null && selection.row.event !== null,
    chunk: lazy(() => import("./components/answer/VersionsDialog.svelte")),
  },
  userName: {
    label: { ru: "Назвать пользователя", en: "Name the user" },
    group: "exchange",
    keys: ["Shift+N"],
    after: "note",
    place: "exchanges",
    enabled: ({ selection }) => selection.row !== null && selection.row.user !== null,
    chunk: lazy(() => import("./components/detail/UserNameDialog.svelte")),
  },
} satisfies Record<string, Dialog>;

export const TABS = {
  variables: {
    label: { ru: "Переменные", en: "Variables" },
    chunk: Chunk.of(VariablesTab),
    store: PLATFORMS,
    stays: true,
    answer: "beside",
  },
  request: {
    label: { ru: "Запрос", en: "Request" },
    chunk: Chunk.of(RequestTab),
    store: PLATFORMS,
    findings: "request",
  },
  answer: {
    label: { ru: "Ответ", en: "Answer" },
    chunk: Chunk.of(AnswerPanel),
    answer: "always",
    findings: "response",
  },
  timing: { label: { ru: "Время", en: "Timing" }, chunk: Chunk.of(TimingTab) },
} satisfies Record<string, Tab>;

export const REGISTRY = { places: PLACES, views: VIEWS, dialogs: DIALOGS, tabs: TABS };

declare module "$lib/app/register" {
  interface Register {
    places: keyof typeof PLACES;
    views: keyof typeof VIEWS;
    dialogs: keyof typeof DIALOGS;
    tabs: keyof typeof TABS;
  }
}
