/**
 * Paths from an example: a text that is pasted, or the next request of the bot. What they would
 * change about the rows is shown first.
 */
import { ApiError, isAbort } from "../api/errors";
import type { HeaderPair, PathPart, Summary } from "../api/types";
import { sentence } from "../stores/toasts.svelte";
import type { FormParts, PlatformForm } from "./form.svelte";
import { changeOf, type RowsChange, withPaths } from "./rows";
import type { RowsField } from "./schema";

/** How long the next request is waited for. */
export const LISTEN_MS = 120_000;
/** While somebody types, the paths follow this often. */
const PARSE_MS = 200;

/** The paths of one part of an example, each with its value as JSON text. */
export interface ExamplePart {
  part: PathPart;
  paths: ReadonlyMap<string, string>;
  cut: boolean;
}

export interface Example {
  /** When the request came that it was taken from; `null` of a pasted one. */
  at: string | null;
  parts: readonly ExamplePart[];
}

/** What it would change about the rows of a part. */
export interface PartChange extends RowsChange {
  field: RowsField;
}

export class PathExamples {
  /** Until when the next request is waited for. */
  until = $state<number | null>(null);
  /** An example whose paths are not taken over yet. */
  offered = $state.raw<Example | null>(null);
  /** Why there is none. */
  error = $state.raw<string | null>(null);
  pasted = $state("");
  /** Of which part the pasted text is; `null`: as it looks. */
  pastedPart = $state<PathPart | null>(null);
  pasting = $state(false);
  /** The values of the last example, by part and path. */
  #values = $state.raw<ReadonlyMap<string, ReadonlyMap<string, string>>>(new Map());
  #timer: ReturnType<typeof setTimeout> | null = null;
  #parsing: ReturnType<typeof setTimeout> | null = null;
  #abort = new AbortController();

  constructor(
    private readonly parts: FormParts,
    private readonly form: PlatformForm,
  ) {}

  /** The lists whose rows have paths of a part of a call. */
  fieldOf(part: PathPart): RowsField | null {
    const field = this.form.fields.find(({ name }) => name === part);
    return field?.kind === "rows" ? field : null;
  }

  /** What the example would change; empty where it has no path. */
  get changes(): readonly PartChange[] {
    const parts = this.offered?.parts ?? [];
    return parts.flatMap(({ part, paths }) => {
      const field = this.fieldOf(part);
      if (field === null || paths.size === 0) return [];
      const [column = ""] = field.columns;
      return [{ field, ...changeOf(this.form.rows(field), column, [...paths.keys()]) }];
    });
  }

  /** The value at a path of the last example, as JSON text. */
  valueAt(field: string, path: string): string | null {
    const values = this.#values.get(field);
    return values?.get(path) ?? values?.get(path.toLowerCase()) ?? null;
  }

  get hasValues(): boolean {
    return this.#values.size > 0;
  }

  listen(): void {
    this.stop();
    this.pasting = false;
    this.offered = null;
    this.error = null;
    this.until = this.parts.now() + LISTEN_MS;
    this.#timer = setTimeout(() => this.stop(), LISTEN_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.until = null;
  }

  /** A request came in: the first one with a body is the example. */
  received(exchange: Summary): void {
    if (this.until === null || exchange.bot !== this.form.bot || exchange.request_bytes === 0) return;
    this.stop();
    void this.#take(exchange);
  }

  async #take({ id, at }: Summary): Promise<void> {
    const { api } = this.parts;
    const { platform } = this.form;
    try {
      const parts: ExamplePart[] = [];
      for (const part of ["query", "body"] as const) {
        if (this.fieldOf(part) === null) continue;
        const { paths, cut } = await api.parsePaths({ platform, part, exchange_id: id });
        parts.push({ part, paths: new Map(paths.map(({ path, value }) => [path, value])), cut: cut ?? false });
      }
      const { request } = await api.exchange(id);
      this.offered = { at, parts };
      this.#learn(parts, request.headers);
    } catch (error) {
      this.error = sentence(error);
    }
  }

  /** The pasted text has changed: its paths follow. */
  paste(): void {
    if (this.#parsing !== null) clearTimeout(this.#parsing);
    this.#parsing = setTimeout(() => void this.parse(), PARSE_MS);
  }

  readonly part: PathPart = $derived(this.pastedPart ?? partOf(this.pasted));

  async parse(): Promise<void> {
    this.#abort.abort();
    const abort = new AbortController();
    this.#abort = abort;
    const { part } = this;
    const sample = this.pasted;
    if (sample.trim() === "") {
      this.offered = null;
      this.error = null;
      return;
    }
    try {
      const { paths, cut } = await this.parts.api.parsePaths(
        { platform: this.form.platform, part, sample },
        abort.signal,
      );
      const parts = [{ part, paths: new Map(paths.map(({ path, value }) => [path, value])), cut: cut ?? false }];
      this.error = null;
      this.offered = { at: null, parts };
      this.#learn(parts, null);
    } catch (error) {
      if (isAbort(error)) return;
      this.offered = null;
      this.error = placed(error);
    }
  }

  #learn(parts: readonly ExamplePart[], headers: readonly HeaderPair[] | null): void {
    const values = new Map(this.#values);
    for (const { part, paths } of parts) values.set(part, paths);
    if (headers)
      values.set("headers", new Map(headers.map(([name, value]) => [name.toLowerCase(), JSON.stringify(value)])));
    this.#values = values;
  }

  /** Takes the paths over; `keep` leaves the rows that the example does not have. */
  async take(keep: boolean): Promise<void> {
    const offered = this.offered;
    if (offered === null) return;
    this.close();
    for (const { part, paths } of offered.parts) {
      const field = this.fieldOf(part);
      if (field === null || paths.size === 0) continue;
      await this.form.putRows(field, (rows, key) => withPaths(rows, field.columns, [...paths.keys()], keep, key));
    }
  }

  /** Leaves the rows as they are. */
  close(): void {
    this.#abort.abort();
    this.offered = null;
    this.error = null;
    this.pasting = false;
    this.pasted = "";
    this.pastedPart = null;
  }
}

/** What is no JSON is an address or a query. */
function partOf(text: string): PathPart {
  return /^\s*[{[]/.test(text) ? "body" : "query";
}

function placed(error: unknown): string {
  return error instanceof ApiError && error.line !== null && error.column !== null
    ? `${error.message} (${error.line}:${error.column})`
    : sentence(error);
}
