/**
 * Every command in one list: buttons, the palette, the keys sheet and the keyboard read it.
 * Commands that open a place, a view or a dialog come from the registry's own entries.
 */
import type { App } from "../app/app.svelte";
import type { DialogId, PlaceId, Registry, ViewId } from "../app/register";
import { isTyping, matches, parseKeys, type Pressed } from "../keys/keys";
import { ANSWER } from "./answer";
import { type Command, type CommandSpec, makeCommand } from "./command";
import { COMPARE } from "./compare";
import { CONVERSATION } from "./conversation";
import { CURL } from "./curl";
import { DEFAULT_ANSWER } from "./default-answer";
import { EXCHANGE } from "./exchange";
import { LATE } from "./late";
import { MOVE } from "./move";
import { PROGRAM } from "./program";
import { RULE_COMMANDS } from "./rules";
import { SAVE } from "./save";
import { SIMULATOR_COMMANDS } from "./simulator";

const COMMANDS = {
  ...RULE_COMMANDS,
  ...MOVE,
  ...EXCHANGE,
  ...COMPARE,
  ...CONVERSATION,
  ...SAVE,
  ...CURL,
  ...ANSWER,
  ...LATE,
  ...DEFAULT_ANSWER,
  ...SIMULATOR_COMMANDS,
  ...PROGRAM,
};
export type CommandId = keyof typeof COMMANDS | PlaceId | ViewId | DialogId;

/** Keys that lists, menus and buttons use themselves while they have the focus. */
const SHARED_KEYS = new Set(["ArrowDown", "ArrowUp", "Enter", "Home", "Space"]);

export class Commands {
  readonly list: readonly Command[];

  constructor(app: App) {
    checkIds(app.registry);
    const specs: [string, CommandSpec][] = [...Object.entries(openers(app)), ...Object.entries(COMMANDS)];
    const available = specs.filter(([, spec]) => spec.available?.(app) ?? true);
    this.list = inOrder(available).map(([id, spec]) => makeCommand(app, id, spec));
  }

  find(id: CommandId): Command | undefined {
    return this.list.find((command) => command.id === id);
  }

  run(id: CommandId): void {
    this.find(id)?.run();
  }

  /**
   * The command that a key press means, if any. `overlaid` says that a dialog or a menu has the
   * keyboard.
   */
  commandFor(pressed: Pressed, target: EventTarget | null, overlaid: boolean): Command | null {
    const typing = isTyping(target);
    for (const command of this.list) {
      if (overlaid && !command.overDialogs) continue;
      const here = command.within === null || (target instanceof Element && target.closest(command.within) !== null);
      const active = typing || !here ? command.everywhere : [...command.keys, ...command.everywhere];
      const key = active.find((one) => matches(parseKeys(one), pressed));
      if (key !== undefined && command.enabled() && !focusUses(key, target)) return command;
    }
    return null;
  }
}

/**
 * Throws where two places, views, dialogs or commands have the same id, or one is to stand behind
 * none. Nothing of it depends on the reader, so that a page that starts at all is free of it.
 */
function checkIds({ dialogs, places, views }: Registry): void {
  const kinds: Record<string, Pick<CommandSpec, "label" | "after">>[] = [places, views, dialogs, COMMANDS];
  const specs = kinds.flatMap((kind) => Object.entries(kind));
  const ids = specs.map(([id]) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new Error(`two places, views, dialogs or commands have the id ${twice}`);
  const lost = specs.find(([, { after }]) => after !== undefined && !ids.includes(after));
  if (lost) throw new Error(`${lost[0]} is to stand behind ${lost[1].after}, which is no command`);
}

/** The commands that open what the registry lists. Places have one only where there is a choice. */
function openers({ registry }: App): Record<string, CommandSpec> {
  const made: Record<string, CommandSpec> = {};
  const places = Object.entries(registry.places);
  for (const [index, [id, { label }]] of places.length > 1 ? places.entries() : []) {
    made[id] = {
      label,
      group: "move",
      everywhere: [`Ctrl+${index + 1}`],
      run: ({ navigation }) => navigation.goTo(id as PlaceId),
    };
  }
  for (const [id, dialog] of Object.entries(registry.dialogs))
    made[id] = { group: "app", ...dialog, run: ({ dialogs }) => dialogs.open(id as DialogId) };
  for (const [id, view] of Object.entries(registry.views))
    made[id] = { group: "app", ...view, run: ({ navigation }) => navigation.toggle(id as ViewId) };
  return made;
}

/** Moves each command that has one behind the command that it names. */
function inOrder(specs: readonly [string, CommandSpec][]): [string, CommandSpec][] {
  const ordered = specs.filter(([, spec]) => spec.after === undefined);
  for (const entry of specs.filter(([, spec]) => spec.after !== undefined)) {
    // One that is not available leaves its follower at the end.
    const at = ordered.findIndex(([id]) => id === entry[1].after);
    ordered.splice(at < 0 ? ordered.length : at + 1, 0, entry);
  }
  return ordered;
}

function focusUses(key: string, target: EventTarget | null): boolean {
  if (!SHARED_KEYS.has(key) || !(target instanceof HTMLElement)) return false;
  if (key === "Space") return target.closest("button, a, input, summary, [role='menuitem']") !== null;
  if (key === "Enter") return target.closest("button, a, [role='button'], [role='menuitem'], [role='option']") !== null;
  return (
    target.closest(
      "[role='menu'], [role='listbox'], [role='grid'], [role='radiogroup'], [role='tablist'], [data-scrolls]",
    ) !== null
  );
}
