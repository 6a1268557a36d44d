/** Commands about the program: its address and tunnel, bots, language, look and zoom. */
import type { App } from "../app/app.svelte";
import { TUNNEL } from "../app/tunnel";
import { words } from "../i18n/index.svelte";
import { quietly } from "../quietly";
import { prefs } from "../stores/prefs.svelte";
import type { CommandSpec } from "./command";

const THEMES = ["light", "dark", "contrast"] as const;
const ZOOM_STEP = 1.1;
const ZOOM_LEAST = 0.5;
const ZOOM_MOST = 3;

const zooms = ({ host }: App) => !host.zoomsItself;

function zoom({ host }: App, factor: number): void {
  const next = Math.min(ZOOM_MOST, Math.max(ZOOM_LEAST, factor));
  prefs.set("zoom", next);
  quietly(host.zoom(next));
}

function nextTheme({ program, toasts }: App): void {
  const now = document.documentElement.dataset["theme"] ?? "light";
  const theme = THEMES[(THEMES.findIndex((one) => one === now) + 1) % THEMES.length] ?? "light";
  void toasts.attempt(() => program.changeSettings({ theme }));
}

function toggleLanguage({ program, toasts }: App): void {
  void toasts.attempt(() => program.changeSettings({ language: words.language === "ru" ? "en" : "ru" }));
}

/**
 * Stops the tunnel, or starts what was started last; where there is nothing of the kind, shows the
 * choice.
 */
async function toggleTunnel({ navigation, stores, toasts }: App): Promise<void> {
  const tunnel = stores.get(TUNNEL);
  await toasts.attempt(async () => {
    if (tunnel.runs) await tunnel.stop();
    else if (!(await tunnel.again())) navigation.open("tunnel");
  });
}

export const PROGRAM = {
  tunnelToggle: {
    label: { ru: "Включить или выключить туннель", en: "Turn the tunnel on or off" },
    group: "app",
    keys: ["Shift+U"],
    run: (app) => void toggleTunnel(app),
  },
  firstSteps: {
    label: { ru: "Первые шаги", en: "First steps" },
    group: "app",
    run: ({ navigation, pane, selection }) => {
      navigation.goTo("exchanges");
      selection.select(null);
      pane.firstSteps = true;
    },
  },
  copyAddress: {
    label: { ru: "Копировать адрес вебхука", en: "Copy the webhook address" },
    group: "app",
    everywhere: ["Ctrl+Shift+C"],
    run: ({ clipboard, program }) => void clipboard.copy(program.address, program.addressCopied),
  },
  sample: {
    label: { ru: "Отправить пробный ход", en: "Send a sample turn" },
    group: "app",
    keys: ["S"],
    run: ({ live }) => void live.sendSample(),
  },
  newBot: {
    label: { ru: "Добавить бота", en: "Add a bot" },
    group: "app",
    run: ({ bots }) => void bots.add(),
  },
  about: {
    label: { ru: "О приложении", en: "About the app" },
    group: "app",
    run: ({ navigation }) => navigation.open("settings", "about"),
  },
  theme: { label: { ru: "Сменить тему", en: "Change the theme" }, group: "app", keys: ["T"], run: nextTheme },
  language: { label: { ru: "Switch to English", en: "Переключить на русский" }, group: "app", run: toggleLanguage },
  zoomIn: {
    label: { ru: "Крупнее", en: "Larger" },
    group: "app",
    everywhere: ["Ctrl++"],
    available: zooms,
    run: (app) => zoom(app, prefs.values.zoom * ZOOM_STEP),
  },
  zoomOut: {
    label: { ru: "Мельче", en: "Smaller" },
    group: "app",
    everywhere: ["Ctrl+-"],
    available: zooms,
    run: (app) => zoom(app, prefs.values.zoom / ZOOM_STEP),
  },
  zoomReset: {
    label: { ru: "Обычный размер", en: "Normal size" },
    group: "app",
    everywhere: ["Ctrl+0"],
    available: zooms,
    run: (app) => zoom(app, 1),
  },
} satisfies Record<string, CommandSpec>;
