/** Every command with its keys, in one list: the palette, the keys sheet, tooltips and the keyboard read it. */
import type { Key } from "../i18n/index.svelte";
import { t, words } from "../i18n/index.svelte";
import { isTyping, matches, parseKeys, type Pressed } from "../keys/keys";
import type { App } from "../stores/app.svelte";
import { prefs } from "../stores/prefs.svelte";
import * as act from "./actions";

export type CommandGroup = "move" | "exchange" | "answer" | "app";

export interface Command {
  id: string;
  title: Key;
  group: CommandGroup;
  keys: string[];
  enabled: () => boolean;
  run: () => void;
  /** Works while a field has the caret too. */
  always?: boolean;
  /** Known to the keyboard alone, as a palette entry it would mean nothing. */
  quiet?: boolean;
}

const THEMES = ["light", "dark", "contrast"] as const;
const ZOOM_STEP = 1.1;
const ZOOM_LEAST = 0.5;
const ZOOM_MOST = 3;

function zoom(app: App, factor: number): void {
  const next = Math.min(ZOOM_MOST, Math.max(ZOOM_LEAST, factor));
  prefs.set("zoom", next);
  void app.host.zoom(next).catch(() => undefined);
}

function nextTheme(app: App): void {
  const now = document.documentElement.dataset["theme"] ?? "light";
  const next = THEMES[(THEMES.findIndex((one) => one === now) + 1) % THEMES.length] ?? "light";
  void app.run(() => app.program.changeSettings({ theme: next }));
}

export function toggleLanguage(app: App): void {
  void app.run(() => app.program.changeSettings({ language: words.language === "ru" ? "en" : "ru" }));
}

export function toggleGrouping(app: App): void {
  const next = app.list.grouping === "user" ? "flat" : "user";
  app.list.grouping = next;
  void app.run(() => app.program.changeSettings({ grouping: next }));
}

export function makeCommands(app: App): Command[] {
  const some = () => app.selected !== null;
  const held = () => app.selected?.state === "held";
  const yes = () => true;
  const exchanges = () => app.view.name === "exchanges";
  const zooms = () => !app.host.zoomsItself;
  return [
    {
      id: "next",
      title: "cmd.next",
      group: "move",
      keys: ["J", "ArrowDown"],
      enabled: exchanges,
      run: () => app.step(1),
      quiet: true,
    },
    {
      id: "previous",
      title: "cmd.previous",
      group: "move",
      keys: ["K", "ArrowUp"],
      enabled: exchanges,
      run: () => app.step(-1),
      quiet: true,
    },
    {
      id: "open",
      title: "cmd.open",
      group: "move",
      keys: ["Enter"],
      enabled: some,
      run: () => app.view.want("detail"),
      quiet: true,
    },
    {
      id: "first",
      title: "cmd.first",
      group: "move",
      keys: ["Home"],
      enabled: exchanges,
      run: () => void app.run(() => app.list.toNewest()),
    },
    { id: "nextHeld", title: "cmd.nextHeld", group: "move", keys: ["H"], enabled: yes, run: () => app.nextHeld() },
    {
      id: "filter",
      title: "cmd.filter",
      group: "move",
      keys: ["/", "Ctrl+F"],
      enabled: yes,
      run: () => {
        app.view.name = "exchanges";
        app.view.want("filter");
      },
    },
    { id: "grouping", title: "cmd.grouping", group: "move", keys: ["G"], enabled: yes, run: () => toggleGrouping(app) },
    {
      id: "replay",
      title: "cmd.replay",
      group: "exchange",
      keys: ["R"],
      enabled: some,
      run: () => void act.replayNow(app),
    },
    {
      id: "replayEdit",
      title: "cmd.replayEdit",
      group: "exchange",
      keys: ["E"],
      enabled: some,
      run: () => {
        app.view.dialog = "replay";
      },
    },
    { id: "pin", title: "cmd.pin", group: "exchange", keys: ["P"], enabled: some, run: () => void act.togglePin(app) },
    {
      id: "note",
      title: "cmd.note",
      group: "exchange",
      keys: ["N"],
      enabled: some,
      run: () => {
        app.view.noteOpen = true;
        app.view.want("note");
      },
    },
    {
      id: "delete",
      title: "cmd.delete",
      group: "exchange",
      keys: ["Delete"],
      enabled: some,
      run: () => void act.deleteSelected(app),
    },
    {
      id: "copyId",
      title: "cmd.copyId",
      group: "exchange",
      keys: [],
      enabled: some,
      run: () => void app.copy(app.selected?.id ?? ""),
    },
    {
      id: "previousTab",
      title: "cmd.previousTab",
      group: "exchange",
      keys: ["["],
      enabled: some,
      run: () => app.view.stepTab(-1),
      quiet: true,
    },
    {
      id: "nextTab",
      title: "cmd.nextTab",
      group: "exchange",
      keys: ["]"],
      enabled: some,
      run: () => app.view.stepTab(1),
      quiet: true,
    },
    {
      id: "answer",
      title: "cmd.answer",
      group: "answer",
      keys: ["A"],
      enabled: some,
      run: () => app.view.openAnswer(held()),
    },
    {
      id: "send",
      title: "cmd.send",
      group: "answer",
      keys: ["Ctrl+Enter"],
      enabled: held,
      run: () => void act.sendSelected(app),
      always: true,
    },
    {
      id: "extend",
      title: "cmd.extend",
      group: "answer",
      keys: ["+"],
      enabled: held,
      run: () => void act.extendSelected(app),
    },
    {
      id: "release",
      title: "cmd.release",
      group: "answer",
      keys: ["Shift+R"],
      enabled: held,
      run: () => void act.releaseSelected(app),
    },
    {
      id: "releaseAll",
      title: "cmd.releaseAll",
      group: "answer",
      keys: ["Shift+A"],
      enabled: yes,
      run: () => void act.releaseAll(app),
    },
    {
      id: "rules",
      title: "cmd.rules",
      group: "answer",
      keys: ["1"],
      enabled: yes,
      run: () => void app.run(() => app.program.setMode("rules")),
    },
    {
      id: "hold",
      title: "cmd.hold",
      group: "answer",
      keys: ["2"],
      enabled: yes,
      run: () => void app.run(() => app.program.setMode("hold")),
    },
    {
      id: "answering",
      title: "cmd.answering",
      group: "answer",
      keys: ["D"],
      enabled: yes,
      run: () => {
        app.view.answeringOpen = true;
      },
    },
    {
      id: "palette",
      title: "cmd.palette",
      group: "app",
      keys: ["Ctrl+K"],
      enabled: yes,
      run: () => {
        app.view.dialog = "palette";
      },
      always: true,
      quiet: true,
    },
    {
      id: "settings",
      title: "cmd.settings",
      group: "app",
      keys: ["Ctrl+,"],
      enabled: yes,
      run: () => {
        app.view.name = app.view.name === "settings" ? "exchanges" : "settings";
      },
      always: true,
    },
    {
      id: "tunnel",
      title: "cmd.tunnel",
      group: "app",
      keys: ["U"],
      enabled: yes,
      run: () => {
        app.view.name = app.view.name === "tunnel" ? "exchanges" : "tunnel";
      },
    },
    {
      id: "tunnelToggle",
      title: "cmd.tunnelToggle",
      group: "app",
      keys: ["Shift+U"],
      enabled: yes,
      run: () => void act.toggleTunnel(app),
    },
    {
      id: "keys",
      title: "cmd.keys",
      group: "app",
      keys: ["?"],
      enabled: yes,
      run: () => {
        app.view.dialog = "keys";
      },
    },
    {
      id: "copyAddress",
      title: "cmd.copyAddress",
      group: "app",
      keys: ["Ctrl+Shift+C"],
      enabled: yes,
      run: () => void app.copy(app.program.address, t("address.copied")),
      always: true,
    },
    { id: "sample", title: "cmd.sample", group: "app", keys: ["S"], enabled: yes, run: () => void app.sendSample() },
    { id: "newBot", title: "cmd.newBot", group: "app", keys: [], enabled: yes, run: () => void act.addBot(app) },
    { id: "theme", title: "cmd.theme", group: "app", keys: ["T"], enabled: yes, run: () => nextTheme(app) },
    { id: "language", title: "cmd.language", group: "app", keys: [], enabled: yes, run: () => toggleLanguage(app) },
    {
      id: "zoomIn",
      title: "cmd.zoomIn",
      group: "app",
      keys: ["Ctrl++"],
      enabled: zooms,
      run: () => zoom(app, prefs.kept.zoom * ZOOM_STEP),
      always: true,
    },
    {
      id: "zoomOut",
      title: "cmd.zoomOut",
      group: "app",
      keys: ["Ctrl+-"],
      enabled: zooms,
      run: () => zoom(app, prefs.kept.zoom / ZOOM_STEP),
      always: true,
    },
    {
      id: "zoomReset",
      title: "cmd.zoomReset",
      group: "app",
      keys: ["Ctrl+0"],
      enabled: zooms,
      run: () => zoom(app, 1),
      always: true,
    },
  ];
}

/** Keys that lists, menus and buttons use themselves while they have the focus. */
const SHARED_KEYS = new Set(["ArrowDown", "ArrowUp", "Enter", "Home"]);

function focusUses(key: string, target: EventTarget | null): boolean {
  if (!SHARED_KEYS.has(key) || !(target instanceof HTMLElement)) return false;
  if (key === "Enter") return target.closest("button, a, [role='button'], [role='menuitem'], [role='option']") !== null;
  return (
    target.closest("[role='menu'], [role='listbox'], [role='radiogroup'], [role='tablist'], [data-scrolls]") !== null
  );
}

/** The command that a key press means here, if any. */
export function commandFor(commands: readonly Command[], pressed: Pressed, target: EventTarget | null): Command | null {
  const typing = isTyping(target);
  for (const command of commands) {
    if (typing && !command.always && !command.keys.some((key) => key === "Ctrl+F")) continue;
    const key = command.keys.find(
      (one) => (typing && !command.always ? one === "Ctrl+F" : true) && matches(parseKeys(one), pressed),
    );
    if (key === undefined || !command.enabled() || focusUses(key, target)) continue;
    return command;
  }
  return null;
}
