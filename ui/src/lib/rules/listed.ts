/**
 * A bot's rules as they are listed. Each keeps its own text: values of conditions are JSON with all
 * their digits, which no reading through numbers gives back. Pure.
 */
import { membersOf, without, withMember, withValue } from "../json/members";
import { childrenOf, childTexts } from "../json/walk";

export interface ListedRule {
  id: string;
  name: string;
  enabled: boolean;
  sentence: string;
  hits: number;
  lastHit: string | null;
  /** When it came. */
  lastHitAt: string | null;
  /** Whose calls it counts: `user`, or `rule` for all together. */
  scope: string;
  /** For how many users it remembers something. */
  users: number;
  /** The id of a rule above that takes every turn which this one would take. */
  shadowedBy: string | null;
  /** Why its own conditions never hold together. */
  never: string | null;
  /** The group that a person put it into; empty where none. */
  group: string;
  /** The event that it asks for; `null` where it takes several. */
  event: string | null;
  /** The rule as it is stored and sent back. */
  json: string;
}

export interface UnreadableRule {
  id: string;
  message: string;
}

export interface RuleListing {
  rules: ListedRule[];
  unreadable: UnreadableRule[];
}

const read = (json: string | undefined): unknown => (json === undefined ? null : JSON.parse(json));
const text = (value: unknown): string | null => (typeof value === "string" ? value : null);

function ruleOf(json: string): ListedRule {
  const parts = childTexts(json);
  const part = (name: string) => read(parts.get(name));
  return {
    id: text(part("id")) ?? "",
    name: text(part("name")) ?? "",
    enabled: part("enabled") !== false,
    sentence: text(part("sentence")) ?? "",
    hits: Number(part("hits") ?? 0),
    lastHit: text(part("last_hit")),
    lastHitAt: text(part("last_hit_at")),
    scope: text(part("scope")) ?? "user",
    users: Number(part("users") ?? 0),
    shadowedBy: text(part("shadowed_by")),
    never: text(part("never")),
    group: text(part("group")) ?? "",
    event: eventOf(part("when")),
    json,
  };
}

/** Reads the answer of the API. */
export function listingOf(answer: string): RuleListing {
  const parts = childTexts(answer);
  const items = (name: string) => {
    const json = parts.get(name) ?? "[]";
    return (childrenOf(json) ?? []).map(({ from, to }) => json.slice(from, to));
  };
  return {
    rules: items("rules").map(ruleOf),
    unreadable: items("unreadable").map((json) => {
      const one = childTexts(json);
      return { id: text(read(one.get("id"))) ?? "", message: text(read(one.get("message"))) ?? "" };
    }),
  };
}

/** The event that all turns of a condition have. */
function eventOf(when: unknown): string | null {
  if (typeof when !== "object" || when === null) return null;
  const { all, field, op, value } = when as Record<string, unknown>;
  if (field === "event" && op === "equals") return text(value);
  if (!Array.isArray(all)) return null;
  return all.map(eventOf).find((one) => one !== null) ?? null;
}

function withMemberValue(json: string, name: string, value: string): string {
  const at = (childrenOf(json) ?? []).findLastIndex(({ key }) => key === name);
  return at < 0 ? json : withValue(json, at, value);
}

/** An object with a member set, whether it has it or not; `null` where the text is no object. */
export function withMemberSet(json: string, name: string, value: string): string | null {
  const members = membersOf(json);
  if (typeof members === "string") return null;
  return members.some((one) => one.name === name) ? withMemberValue(json, name, value) : withMember(json, name, value);
}

function withoutMember(json: string, name: string): string {
  const at = (childrenOf(json) ?? []).findLastIndex(({ key }) => key === name);
  return at < 0 ? json : without(json, at);
}

/** What listing adds to a rule. */
const LISTED = ["hits", "last_hit", "last_hit_at", "users", "shadowed_by", "never", "sentence"];

/** The rule without what listing adds to it. */
export const definitionOf = ({ json }: ListedRule): string => LISTED.reduce(withoutMember, json);

/** The rule switched on or off. */
export const switched = ({ enabled, json }: ListedRule): string => withMemberValue(json, "enabled", String(!enabled));

/** Another rule that is the same but for its name; the program gives it an id. */
export const copied = ({ json }: ListedRule, name: string): string =>
  withMemberValue(withoutMember(json, "id"), "name", JSON.stringify(name));

/** Rules that are listed together. */
export interface RuleSection {
  /** Its group, else its event; `null` where its rules take several events. */
  title: string | null;
  rules: ListedRule[];
}

/** Rules by group, else by event, in the order in which the first of each stands. */
export function sectionsOf(rules: readonly ListedRule[]): RuleSection[] {
  const sections = new Map<string | null, ListedRule[]>();
  for (const rule of rules) {
    const title = rule.group === "" ? rule.event : rule.group;
    sections.set(title, [...(sections.get(title) ?? []), rule]);
  }
  return [...sections].map(([title, of]) => ({ title, rules: of }));
}

/** An order in which one id stands a place further up or down; `null` where it stands there. */
export function moved(ids: readonly string[], id: string, to: number): string[] | null {
  const from = ids.indexOf(id);
  const place = Math.max(0, Math.min(ids.length - 1, to));
  if (from < 0 || from === place) return null;
  return ids.toSpliced(from, 1).toSpliced(place, 0, id);
}

/** Whether a rule has the text in its name, event or sentence. */
export function ruleFits({ event, name, sentence }: ListedRule, part: string): boolean {
  const text = part.trim().toLowerCase();
  return text === "" || `${name}\n${event ?? ""}\n${sentence}`.toLowerCase().includes(text);
}
