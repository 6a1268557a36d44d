/** What a command is: a name, keys, a condition and an action. */
import type { App } from "../app/app.svelte";
import type { PlaceId } from "../app/register";
import type { Pair } from "../i18n/index.svelte";

export type CommandGroup = "move" | "exchange" | "answer" | "rules" | "simulator" | "app";

export interface CommandSpec {
  label: Pair;
  group: CommandGroup;
  /** Disabled while a field has the caret. */
  keys?: readonly string[];
  /** Enabled while a field has the caret too. */
  everywhere?: readonly string[];
  /** Enabled over an open dialog too, so that it closes what is open. */
  overDialogs?: boolean;
  /** The place it belongs to: it is disabled where another place, or a view, is shown. */
  place?: PlaceId;
  /**
   * Where the focus has to be for its `keys`, as a selector: elsewhere in the place they would mean
   * something else.
   */
  within?: string;
  /** Whether the host has any use for it; asked once. */
  available?: (app: App) => boolean;
  enabled?: (app: App) => boolean;
  run: (app: App) => void;
  /** Left out of the palette: chosen by name it would mean nothing. */
  quiet?: boolean;
  /** The command that it stands behind in its group. */
  after?: string;
}

export interface Command {
  readonly id: string;
  readonly label: Pair;
  readonly group: CommandGroup;
  readonly keys: readonly string[];
  readonly everywhere: readonly string[];
  readonly overDialogs: boolean;
  readonly quiet: boolean;
  readonly within: string | null;
  enabled(): boolean;
  run(): void;
}

export function makeCommand(app: App, id: string, spec: CommandSpec): Command {
  return {
    id,
    label: spec.label,
    group: spec.group,
    keys: spec.keys ?? [],
    everywhere: spec.everywhere ?? [],
    overDialogs: spec.overDialogs ?? false,
    quiet: spec.quiet ?? false,
    within: spec.within ?? null,
    enabled: () => (spec.place === undefined || app.navigation.shows(spec.place)) && (spec.enabled?.(app) ?? true),
    run: () => spec.run(app),
  };
}
