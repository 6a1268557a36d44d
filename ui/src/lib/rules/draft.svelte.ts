/**
 * A rule while it is edited: as a form and as JSON, what it would do, and what is wrong with it.
 */
import type { Api } from "../api/api";
import { ApiError, isAbort } from "../api/errors";
import type { RulePreview } from "../api/types";
import { fieldsOf, fits } from "./fields-read";
import { ruleJson } from "./fields-write";
import { newRule, type RuleFields } from "./fields";
import { isJson } from "../json/members";
import { withMemberSet } from "./listed";
import { triedOf, type TriedTurn } from "./tried";

/** A draft is tried this long after the last letter. */
const TRY_MS = 200;
/** New turns come in faster than trying them is worth. */
const HISTORY_MS = 1000;
/** Turns that are tried: few at once, then all that are worth their time. */
const NEAR = 50;
const FAR = 500;

/** What the program refuses, and where in the rule. */
export interface Problem {
  /** A JSON pointer. */
  pointer: string;
  message: string;
  /** In the text that the pointer names, in bytes. */
  offset: number | null;
}

/** What a text of the draft would have done to the last turns. */
interface Tried {
  of: string;
  preview: RulePreview;
}

/** A rule as fields write it; one that they cannot hold stays as it is. */
const written = (rule: string) => (fits(rule) ? ruleJson(fieldsOf(rule)) : rule);

/** What a text of the draft makes of one turn. */
interface TriedOn {
  of: string;
  turn: string;
  result: TriedTurn;
}

/** A rule switched on or off; `null` where its text is no JSON. */
function switchedTo(rule: string, enabled: boolean): string | null {
  if (fits(rule)) return ruleJson({ ...fieldsOf(rule), enabled });
  return withMemberSet(rule, "enabled", String(enabled));
}

export class RuleDraft {
  fields = $state<RuleFields>(newRule());
  tab = $state<"form" | "json">("form");
  /** What stands in the JSON tab. */
  text = $state("");
  /** The laid-out text that the tab began with, and the rule that it was made of. */
  #began = $state.raw({ text: "", rule: "" });
  /** The saved rule as it is written here; `null` where it is a new one. */
  #base = $state<string | null>(null);
  /** The saved rule as the program has it: it may lay out what was sent in its own way. */
  #stored: string | null;
  saving = $state(false);
  #refused = $state.raw<{ of: string; problem: Problem } | null>(null);
  near = $state.raw<Tried | null>(null);
  far = $state.raw<Tried | null>(null);
  tried = $state.raw<TriedOn | null>(null);
  /** It is being tried, or will be soon. */
  trying = $state(false);
  trialError = $state.raw<unknown>(null);
  /** Another text was saved elsewhere meanwhile. */
  overtaken = $state<string | null>(null);
  /** The rule was deleted elsewhere meanwhile: saving makes it anew. */
  gone = $state(false);
  /** The form cannot show what stands in the JSON tab. */
  unfit = $state(false);
  readonly json: string = $derived.by(() => {
    if (this.tab === "form") return ruleJson(this.fields);
    return this.text === this.#began.text ? this.#began.rule : this.text;
  });
  readonly dirty: boolean = $derived(this.gone || this.json !== this.#base);
  /** It stays in sight while the text is changed, until that one has been tried. */
  readonly problem: Problem | null = $derived(this.#refused?.problem ?? null);
  /** The text as it stands is refused. */
  readonly blocked: boolean = $derived(this.#refused?.of === this.json);
  /** Numbers of an older text. */
  readonly nearStale: boolean = $derived(this.near !== null && this.near.of !== this.json);
  readonly farStale: boolean = $derived(this.far !== null && this.far.of !== this.json);
  readonly triedStale: boolean = $derived(this.tried !== null && this.tried.of !== this.json);
  /** The turn that it is tried on by itself. */
  #turn: string | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #historyTimer: ReturnType<typeof setTimeout> | null = null;
  #abort: AbortController | null = null;

  /** Which rule it is, whatever its text says; `null` for a new one. */
  #id: string | null;

  /** `name` is the rule's id, or what a new one goes by until it has one. */
  constructor(
    private readonly api: Api,
    readonly bot: string | null,
    public name: string,
    id: string | null,
    base: string | null,
    rule: string,
  ) {
    this.#id = id;
    this.#base = base === null ? null : written(base);
    this.#stored = this.#base;
    this.fields = this.#fieldsOf(rule);
    if (!fits(rule)) this.#showText(rule, this.#base ?? rule);
  }

  get id(): string | null {
    return this.#id;
  }

  get base(): string | null {
    return this.#stored;
  }

  /** A text that is another rule's, or has no id, is written to this rule all the same. */
  #fieldsOf(rule: string): RuleFields {
    const fields = fieldsOf(rule);
    return { ...fields, id: this.#id ?? fields.id };
  }

  #showText(text: string, rule: string): void {
    this.#began = { text: text === rule ? text : this.#began.text, rule };
    this.text = text;
    this.tab = "json";
  }

  /** Lays the rule out as JSON; what is typed meanwhile is laid out too. */
  async showJson(): Promise<void> {
    if (this.tab === "json") return;
    for (;;) {
      const rule = ruleJson(this.fields);
      const { text } = await this.api.format(rule).catch(() => ({ text: rule }));
      if (rule !== ruleJson(this.fields)) continue;
      this.#began = { text, rule };
      this.text = text;
      this.tab = "json";
      return;
    }
  }

  /** Shows the form; not where it would lose something of the text. */
  showForm(): void {
    if (this.tab === "form") return;
    const rule = this.json;
    this.unfit = !fits(rule);
    if (this.unfit) return;
    if (rule !== this.#began.rule) this.fields = this.#fieldsOf(rule);
    this.tab = "form";
  }

  write(text: string): void {
    this.text = text;
    this.unfit = false;
  }

  /** Takes a saved rule in place of what stands here. */
  take(rule: string): void {
    this.#saw(written(rule));
    this.show(rule);
  }

  /** Puts a text in place of what stands here. */
  show(rule: string): void {
    this.fields = this.#fieldsOf(rule);
    this.#refused = null;
    const wasJson = this.tab === "json";
    this.tab = "form";
    if (!fits(rule)) this.#showText(rule, rule);
    else if (wasJson) void this.showJson();
  }

  /** This is saved now. */
  #saw(rule: string): void {
    this.#base = rule;
    this.#stored = rule;
    this.overtaken = null;
  }

  /**
   * Another text is saved now; a switch that was turned elsewhere does not touch what is written.
   */
  follow(saved: string): void {
    if (this.saving || this.#base === null) return;
    this.gone = false;
    const rule = written(saved);
    if (rule === this.#base || rule === this.#stored) {
      this.overtaken = null;
      return;
    }
    if (!this.dirty) return this.take(saved);
    if (rule === this.json) return this.#saw(rule);
    const { enabled } = fieldsOf(rule);
    const before = this.#stored === null ? null : switchedTo(this.#stored, enabled);
    if (before === rule && this.#switch(enabled)) this.#saw(rule);
    else this.overtaken = saved;
  }

  /** Switches what is written; a text that is no JSON yet cannot be. */
  #switch(enabled: boolean): boolean {
    if (this.tab === "form") {
      this.fields.enabled = enabled;
      return true;
    }
    const text = withMemberSet(this.text, "enabled", String(enabled));
    if (text !== null) this.text = text;
    return text !== null;
  }

  /**
   * It was saved as this text, under an id, and is `stored` as the program has it; what was typed
   * meanwhile stays unsaved.
   */
  saved(rule: string, id: string, stored: string | null = null): void {
    const now = this.json;
    this.#id = id;
    this.gone = false;
    const fields = fits(rule) ? this.#fieldsOf(rule) : null;
    const base = fields === null ? rule : ruleJson(fields);
    if (this.tab === "form") this.fields.id = id;
    else {
      const text = now === rule ? this.text : rule === this.#began.rule ? this.#began.text : rule;
      this.#began = { text, rule: base };
      if (fields !== null) this.fields = fields;
    }
    this.#saw(base);
    if (stored !== null) this.#stored = written(stored);
    this.#refused = null;
  }

  /** A text was refused by the program: at its place where it names one. */
  refuse(error: ApiError, of = this.json): void {
    this.rest();
    this.#refused = { of, problem: { pointer: error.pointer ?? "", message: error.message, offset: error.offset } };
  }

  /** The turn that it is tried on by itself from now on. */
  tryOn(turn: string | null): void {
    if (turn === this.#turn) return;
    this.#turn = turn;
    this.trySoon();
  }

  /** Tries it once nothing was typed for a moment. */
  trySoon(): void {
    this.rest();
    this.trying = true;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.try();
    }, TRY_MS);
  }

  /** There are other turns to try it on now; many of them make one trial. */
  historyChanged(): void {
    this.#historyTimer ??= setTimeout(() => {
      this.#historyTimer = null;
      if (this.#timer === null && !this.blocked) void this.try();
    }, HISTORY_MS);
  }

  async try(): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    const of = this.json;
    this.trying = true;
    try {
      await this.#previews(of, abort.signal);
    } catch (error) {
      if (isAbort(error) || abort.signal.aborted) return;
      if (error instanceof ApiError && error.status === 422) {
        const pointer = (error.pointer ?? "").replace(/^\/(rule|text)/, "");
        this.#refused = { of, problem: { pointer, message: error.message, offset: error.offset } };
        this.trialError = null;
      } else this.trialError = error;
    }
    if (!abort.signal.aborted) this.trying = false;
  }

  async #previews(of: string, signal: AbortSignal): Promise<void> {
    // A text that is no JSON would break the question too: it is read by itself, which tells where.
    if (!isJson(of)) await this.api.format(of, signal);
    const near = await this.api.previewRule(this.bot, of, NEAR, signal);
    if (signal.aborted) return;
    this.#refused = null;
    this.trialError = null;
    this.near = { of, preview: near };
    const turn = this.#turn;
    const tried = turn === null ? null : await this.#triedOn(of, turn, signal);
    if (signal.aborted) return;
    this.tried = tried;
    // Replays are not tried: fewer turns than were asked for do not mean that there are no more.
    const far = await this.api.previewRule(this.bot, of, FAR, signal);
    if (!signal.aborted) this.far = { of, preview: far };
  }

  /** `null` where the turn was deleted meanwhile. */
  async #triedOn(of: string, turn: string, signal: AbortSignal): Promise<TriedOn | null> {
    try {
      return { of, turn, result: triedOf(await this.api.tryRule(of, turn, signal)) };
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return null;
      throw error;
    }
  }

  /** Nobody looks at it any more. */
  rest(): void {
    for (const timer of [this.#timer, this.#historyTimer]) if (timer !== null) clearTimeout(timer);
    this.#timer = null;
    this.#historyTimer = null;
    this.#abort?.abort();
    this.trying = false;
  }
}
