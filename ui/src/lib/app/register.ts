/**
 * What the page is made of. `registry.ts` lists it and fills the ids into `Register`; lib names no
 * component.
 */
import type { Component } from "svelte";
import type { Exchange, Summary } from "../api/types";
import type { Chunk } from "../chunks/chunk.svelte";
import type { CommandSpec } from "../commands/command";
import type { Pair } from "../i18n/index.svelte";
import type { FeedStore } from "../stores/feed.svelte";
import type { StoreKind } from "./stores";

/**
 * Filled by the registry with the ids it lists, so that a misspelt id is an error of the compiler.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- filled by declaration merging
export interface Register {}
type IdOf<K extends string> = K extends keyof Register ? Register[K] : string;
export type PlaceId = IdOf<"places">;
export type ViewId = IdOf<"views">;
export type DialogId = IdOf<"dialogs">;
export type TabId = IdOf<"tabs">;

export interface Part<Props extends Record<string, unknown> = Record<string, never>> {
  label: Pair;
  chunk: Chunk<Component<Props>>;
  /** Its data, where it has some of its own; its components find it with `useStore`. */
  store?: StoreKind<FeedStore>;
}

/** What a list lists: the tabs at its head. Each is a page of its own with a list and a detail. */
export interface Place extends Part {
  /** What waits for the reader there; shown at its tab while another place is open. */
  badge?: Component;
  /** What the bar below says of it while it is open. */
  bar?: Component;
}

/** What the command needs that opens a view or a dialog; its label is the part's own. */
export interface Opener extends Omit<CommandSpec, "label" | "run" | "group"> {
  group?: CommandSpec["group"];
}

/** A page over the places, left with Escape. */
export interface View extends Part, Opener {}
export interface Dialog extends Part, Opener {}

export interface TabProps extends Record<string, unknown> {
  row: Summary;
  exchange: Exchange;
  /** The width of the detail, in pixels. */
  width: number;
}

/** A tab of the selected exchange. */
export interface Tab extends Part<TabProps> {
  /** Whose findings mark it. */
  findings?: "request" | "response";
  /** Keeps its panel while another tab is open. */
  stays?: boolean;
  /** The answer is in sight here: always, or where there is room beside the tab's own content. */
  answer?: "always" | "beside";
}

export interface Registry {
  places: Record<string, Place>;
  views: Record<string, View>;
  dialogs: Record<string, Dialog>;
  tabs: Record<string, Tab>;
}
