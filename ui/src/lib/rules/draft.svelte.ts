/**
 * A rule while it is edited: as a form and as JSON, what it would do, and what is wrong with it.
 */
import type { Api } from "../api/api";
import { ApiError, isAbort } from "../api/errors";
import type { RulePreview } from "../api/types";
import { fieldsOf, fits } from "./fields-read";
import { ruleJson } from "./fields-write";
import { newRule, type RuleFields } from "./fields";

/** A draft is tried this long after the last letter. */
const TRY_MS = 200;
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

/** What the draft would have done to the last turns. */
export interface Trial {
  near: RulePreview;
  far: RulePreview;
}

/** A rule as fields write it; one that they cannot hold stays as it is. */
const written = (rule: string) => (fits(rule) ? ruleJson(fieldsOf(rule)) : rule);

export class RuleDraft {
  fields = $state<RuleFields>(newRule());
  tab = $state<"form" | "json">("form");
  /** What stands in the JSON tab. */
  text = $state("");
  /** The laid-out text that the tab began with, and the rule that it was made of. */
  #began = $state.raw({ text: "", rule: "" });
  /** The saved rule; `null` where it is a new one. */
  base = $state<string | null>(null);
  saving = $state(false);
  problem = $state.raw<Problem | null>(null);
  trial = $state.raw<Trial | null>(null);
  /** The trial is of an older text. */
  isStale = $state(false);
  trialError = $state.raw<unknown>(null);
  /** Another text was saved elsewhere meanwhile. */
  overtaken = $state<string | null>(null);
  /** The form cannot show what stands in the JSON tab. */
  unfit = $state(false);
  readonly json: string = $derived.by(() => {
    if (this.tab === "form") return ruleJson(this.fields);
    return this.text === this.#began.text ? this.#began.rule : this.text;
  });
  readonly dirty: boolean = $derived(this.json !== this.base);
  #timer: ReturnType<typeof setTimeout> | null = null;
  #abort: AbortController | null = null;

  /** Which rule it is, whatever its text says; `null` for a new one. */
  #id: string | null;

  constructor(
    private readonly api: Api,
    readonly bot: string | null,
    id: string | null,
    base: string | null,
    rule: string,
  ) {
    this.#id = id;
    this.base = base === null ? null : written(base);
    this.fields = this.#fieldsOf(rule);
    if (!fits(rule)) this.#showText(rule, this.base ?? rule);
  }

  get id(): string | null {
    return this.#id;
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
    this.base = written(rule);
    this.fields = this.#fieldsOf(rule);
    this.overtaken = null;
    this.problem = null;
    const wasJson = this.tab === "json";
    this.tab = "form";
    if (!fits(rule)) this.#showText(rule, rule);
    else if (wasJson) void this.showJson();
  }

  /**
   * Another text is saved now; a switch that was turned elsewhere does not touch what is written.
   */
  follow(saved: string): void {
    const rule = written(saved);
    if (this.base === null || this.saving) return;
    if (rule === this.base) {
      this.overtaken = null;
      return;
    }
    if (!this.dirty) return this.take(saved);
    const { enabled } = fieldsOf(rule);
    const switched = fits(this.base) ? ruleJson({ ...fieldsOf(this.base), enabled }) : null;
    if (switched === rule && this.tab === "form") {
      this.fields.enabled = enabled;
      this.base = rule;
    } else this.overtaken = saved;
  }

  /** It was saved as this text, under an id; what was typed meanwhile stays unsaved. */
  saved(rule: string, id: string): void {
    const now = this.json;
    this.#id = id;
    const fields = fits(rule) ? this.#fieldsOf(rule) : null;
    this.base = fields === null ? rule : ruleJson(fields);
    if (this.tab === "form") this.fields.id = id;
    else {
      const text = now === rule ? this.text : rule === this.#began.rule ? this.#began.text : rule;
      this.#began = { text, rule: this.base };
      if (fields !== null) this.fields = fields;
    }
    this.overtaken = null;
    this.problem = null;
  }

  /** Refused by the program: at its place where it names one. */
  refuse(error: ApiError): void {
    this.problem = { pointer: error.pointer ?? "", message: error.message, offset: error.offset };
  }

  /** Tries it once nothing was typed for a moment; what is said of an older text is dropped. */
  trySoon(): void {
    this.isStale = true;
    this.#abort?.abort();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.try();
    }, TRY_MS);
  }

  async try(): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    const rule = this.json;
    try {
      const near = await this.api.previewRule(this.bot, rule, NEAR, abort.signal);
      if (abort.signal.aborted) return;
      this.problem = null;
      this.trialError = null;
      this.trial = { near, far: this.trial?.far ?? near };
      // Replays are not tried: fewer turns than were asked for do not mean that there are no more.
      const far = await this.api.previewRule(this.bot, rule, FAR, abort.signal);
      if (abort.signal.aborted) return;
      this.trial = { near, far };
      this.isStale = false;
    } catch (error) {
      if (isAbort(error) || abort.signal.aborted) return;
      if (error instanceof ApiError && error.status === 422) {
        const pointer = (error.pointer ?? "").replace(/^\/rule/, "");
        this.problem = { pointer, message: error.message, offset: error.offset };
      } else this.trialError = error;
    }
  }

  /** Nobody looks at it any more. */
  rest(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#abort?.abort();
  }
}
