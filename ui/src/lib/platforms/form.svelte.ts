/**
 * What is typed about one platform of a bot. A field is saved when it is left; one that does not
 * fit stays as it was typed, with what the program says of it, and the others are saved without it.
 */
import type { Api } from "../api/api";
import type { Platform } from "../api/types";
import { InTurn } from "../in-turn";
import type { Program } from "../stores/program.svelte";
import { type Toasts, UNDO_MS } from "../stores/toasts.svelte";
import { type Problem, problemOf } from "./problem";
import { isEmpty, isSame, type Row, rowsOf, sentRows, valueOfRows } from "./rows";
import { type Field, type GroupField, isObject, type RowsField, type SingleField } from "./schema";

export interface FormParts {
  api: Api;
  program: Program;
  toasts: Toasts;
  now: () => number;
}

/** When a field is there, by its name: of the texts of the others. */
export type Conditions = Readonly<Record<string, (value: (name: string) => string) => boolean>>;

interface Typed {
  text: string;
  /** It is saved; of a secret, what was typed is still at hand to be looked at. */
  settled: boolean;
}

interface TypedRows {
  rows: readonly Row[];
  settled: boolean;
}

const ON = "on";
const OFF = "";

export class PlatformForm {
  #fields = $state.raw<readonly Field[]>([]);
  #conditions = $state.raw<Conditions>({});
  #typed = $state.raw<ReadonlyMap<string, Typed>>(new Map());
  #rows = $state.raw<ReadonlyMap<string, TypedRows>>(new Map());
  #problems = $state.raw<readonly Problem[]>([]);
  /** The fields that the reader has been in: of the others nothing is wrong yet. */
  #visited = $state.raw<ReadonlySet<string>>(new Set());
  /** The rows as they were sent, by which a refused one is found. */
  #sent = new Map<string, readonly Row[]>();
  saving = $state(false);
  readonly #turns = new InTurn();
  #made = 0;
  readonly #saved: Readonly<Record<string, unknown>> = $derived.by(() => {
    const bot = this.parts.program.bots.find(({ id }) => id === this.bot);
    const all: Readonly<Record<string, unknown>> = bot?.platform_settings ?? {};
    const own = all[this.platform];
    return isObject(own) ? own : {};
  });
  /** The fields whose condition holds. What was typed into another one comes back with it. */
  readonly shown: readonly Field[] = $derived(
    this.#fields.filter(({ name }) => this.#conditions[name]?.((other) => this.value(other)) ?? true),
  );
  /** What is typed and not saved, by the names of the fields. */
  readonly unsaved: readonly string[] = $derived(
    this.shown.map(({ name }) => name).filter((name) => this.#isDirty(name)),
  );
  readonly #newKey = (): string => `made-${++this.#made}`;

  constructor(
    private readonly parts: FormParts,
    readonly bot: string,
    readonly platform: Platform,
  ) {}

  get fields(): readonly Field[] {
    return this.#fields;
  }

  /** Takes the fields as the program names them now, and when each of them is there. */
  take(fields: readonly Field[], conditions: Conditions): void {
    this.#fields = fields;
    this.#conditions = conditions;
  }

  /** A field's text, or what counts where there is none. */
  value(name: string): string {
    return this.text(name) || (this.#fields.find((one) => one.name === name)?.initial ?? "");
  }

  /** What the program makes of the settings, such as an address to give away. */
  get made(): readonly (readonly [string, string])[] {
    const names = new Set(this.#fields.flatMap(({ name }) => [name, `${name}_set`]));
    return Object.entries(this.#saved).flatMap(([name, value]) =>
      names.has(name) || typeof value !== "string" ? [] : [[name, value] as const],
    );
  }

  /** A field's text: as typed, else as saved. */
  text(path: string): string {
    return this.#typed.get(path)?.text ?? this.#savedText(path);
  }

  /** Whether a secret is stored; what it is, the program never says. */
  isSet(path: string): boolean {
    return this.#savedAt(`${path}_set`) === true;
  }

  /** Whether something was typed into a field since it is shown. */
  isTyped(path: string): boolean {
    return (this.#typed.get(path)?.text ?? "") !== "";
  }

  isOn(group: GroupField): boolean {
    const typed = this.#typed.get(group.name);
    return typed ? typed.text === ON : isObject(this.#saved[group.name]);
  }

  rows(field: RowsField): readonly Row[] {
    const own = this.#rows.get(field.name);
    const saved = this.#saved[field.name];
    // What somebody else has saved meanwhile stands, unless something is typed here.
    const stored = rowsOf(saved, field.columns);
    return own && (!own.settled || isSame(sentRows(own.rows), stored)) ? own.rows : stored;
  }

  type(path: string, text: string): void {
    this.#forget(path);
    const typed = new Map(this.#typed);
    // A secret that was typed and erased again stays as it is stored.
    if (text === "" && this.#isSecret(path)) typed.delete(path);
    else typed.set(path, { text, settled: false });
    this.#typed = typed;
  }

  /** Puts a text in place of a field's, as a suggestion does, and saves it. */
  put(path: string, text: string): Promise<void> {
    this.type(path, text);
    return this.leave(path);
  }

  switchOn(group: GroupField, on: boolean): Promise<void> {
    this.#forget(group.name);
    this.#typed = new Map(this.#typed).set(group.name, { text: on ? ON : OFF, settled: false });
    return this.save();
  }

  /** The reader leaves a field: what is typed is saved. */
  leave(path: string): Promise<void> {
    this.#visited = new Set(this.#visited).add(path);
    return this.save();
  }

  /** Takes a secret's stored value away. */
  remove(path: string): Promise<void> {
    this.#forget(path);
    this.#typed = new Map(this.#typed).set(path, { text: "", settled: false });
    return this.leave(path);
  }

  /** What was typed of secrets is not kept beyond the page that shows it. */
  hide(): void {
    const open = [...this.#typed].filter(([, { settled }]) => !settled);
    this.#typed = new Map(open);
  }

  setCell(field: RowsField, key: string, column: string, text: string): void {
    this.#forget(field.name);
    this.#setRows(
      field,
      this.rows(field).map((row) => (row.key === key ? { ...row, cells: { ...row.cells, [column]: text } } : row)),
    );
  }

  /** Adds an empty row; gives its key. */
  addRow(field: RowsField): string {
    const key = this.#newKey();
    const cells = Object.fromEntries(field.columns.map((column) => [column, ""]));
    this.#setRows(field, [...this.rows(field), { key, cells, goneUntil: null }]);
    return key;
  }

  putRows(field: RowsField, make: (rows: readonly Row[], key: () => string) => readonly Row[]): Promise<void> {
    this.#forget(field.name);
    this.#setRows(field, make(this.rows(field), this.#newKey));
    return this.save();
  }

  /** Takes a row away; for ten seconds it stands where it was and can be brought back. */
  removeRow(field: RowsField, key: string): Promise<void> {
    const rows = this.rows(field);
    const row = rows.find((one) => one.key === key);
    if (row === undefined) return Promise.resolve();
    const end = () => this.#setRows(field, this.rows(field).filter(isNot(key)), this.#rows.get(field.name)?.settled);
    if (isEmpty(row)) {
      end();
      return this.save();
    }
    this.#forget(field.name);
    const goneUntil = this.parts.now() + UNDO_MS;
    this.#setRows(
      field,
      rows.map((one) => (one.key === key ? { ...one, goneUntil } : one)),
    );
    setTimeout(() => {
      const now = this.#rows.get(field.name)?.rows.find((one) => one.key === key);
      if (now?.goneUntil === goneUntil) end();
    }, UNDO_MS);
    return this.save();
  }

  bringBack(field: RowsField, key: string): Promise<void> {
    this.#setRows(
      field,
      this.rows(field).map((one) => (one.key === key ? { ...one, goneUntil: null } : one)),
    );
    return this.save();
  }

  /** What is wrong with a field; `isNeeded`: the reader has not been there yet. */
  problem(path: string): (Problem & { isNeeded: boolean }) | null {
    const own = this.#group(path) === null && !path.includes("/");
    const problem = this.#problems.find((one) => one.path.join("/") === path || (own && one.path[0] === path));
    if (problem === undefined) return null;
    return { ...problem, isNeeded: !this.#visited.has(path) && !this.#isDirty(path.split("/")[0] ?? "") };
  }

  /** What is wrong with a cell. */
  cellProblem(field: RowsField, key: string, column: string): string | null {
    for (const { path, message } of this.#problems) {
      const [name, at, cell = ""] = path;
      if (name !== field.name || at === undefined) continue;
      if (this.#sent.get(name)?.[Number(at)]?.key === key && (cell === column || cell === "")) return message;
    }
    return null;
  }

  /** What is wrong with the list as a whole. */
  rowsProblem(field: RowsField): string | null {
    const whole = this.#problems.find(({ path }) => path[0] === field.name && path.length === 1);
    return whole?.message ?? null;
  }

  get problems(): readonly Problem[] {
    return this.#problems;
  }

  save(): Promise<void> {
    return this.#turns.after(async () => {
      this.saving = true;
      try {
        await this.#saveAll();
      } catch (error) {
        this.parts.toasts.error(error);
      } finally {
        this.saving = false;
      }
    });
  }

  async #saveAll(): Promise<void> {
    const problems: Problem[] = [];
    let names = this.unsaved.filter((name) => this.#isWhole(name));
    while (names.length > 0) {
      const typed = this.#typed;
      const rows = this.#rows;
      for (const name of names) this.#sent.set(name, sentRows(rows.get(name)?.rows ?? []));
      const refused = await this.#send(Object.fromEntries(names.map((name) => [name, this.#value(name)])));
      if (refused === null) {
        await this.parts.program.reloadBots();
        this.#settle(names, typed, rows);
        break;
      }
      problems.push(refused);
      // What is missing beside what was sent stops it all; one that does not fit is left out.
      const rest = names.filter((name) => name !== refused.path[0]);
      if (rest.length === names.length) break;
      names = rest;
    }
    this.#problems = problems;
  }

  async #send(change: Record<string, unknown>): Promise<Problem | null> {
    try {
      await this.parts.api.changeBot(this.bot, { platform_settings: { [this.platform]: change } });
      return null;
    } catch (error) {
      const problem = problemOf(error);
      if (problem === null) throw error;
      return problem;
    }
  }

  /** What was sent is saved; what was typed meanwhile is not. */
  #settle(names: readonly string[], typed: ReadonlyMap<string, Typed>, rows: ReadonlyMap<string, TypedRows>): void {
    const next = new Map(this.#typed);
    for (const [path, one] of this.#typed) {
      if (one.settled || one !== typed.get(path) || !names.includes(path.split("/")[0] ?? "")) continue;
      if (one.text !== "" && this.#isSecret(path)) next.set(path, { ...one, settled: true });
      else next.delete(path);
    }
    this.#typed = next;
    const lists = new Map(this.#rows);
    for (const name of names) {
      const own = this.#rows.get(name);
      if (own && own === rows.get(name)) lists.set(name, { ...own, settled: true });
    }
    this.#rows = lists;
  }

  /** Whether a field can be sent: of a group that is on, every field is filled in. */
  #isWhole(name: string): boolean {
    const group = this.#group(name);
    if (group === null || !this.isOn(group)) return true;
    return this.lacking(group).length === 0;
  }

  /** The fields of a group that is on which are still empty. */
  lacking(group: GroupField): readonly string[] {
    const paths = group.fields.map(({ name }) => `${group.name}/${name}`);
    return paths.filter((path) => this.text(path) === "" && (!this.isSet(path) || this.#isTypedEmpty(path)));
  }

  #isTypedEmpty(path: string): boolean {
    return this.#typed.get(path)?.text === "";
  }

  #value(name: string): unknown {
    const field = this.#fields.find((one) => one.name === name);
    if (field === undefined) return null;
    if (field.kind === "rows") return valueOfRows(this.rows(field), field.columns);
    if (field.kind !== "group") return this.#single(field, name);
    if (!this.isOn(field)) return null;
    const parts = field.fields.flatMap((one): [string, unknown][] => {
      const path = `${name}/${one.name}`;
      const stays = this.#isSecret(path) && this.#typed.get(path) === undefined;
      // As it was shown: the program keeps what it has.
      if (stays)
        return [
          [one.name, null],
          [`${one.name}_set`, true],
        ];
      return [[one.name, this.#single(one, path)]];
    });
    return Object.fromEntries(parts);
  }

  /** A text that is no number goes as it is: the program says what belongs there. */
  #single(field: SingleField, path: string): unknown {
    const text = this.text(path);
    if (text === "") return null;
    const number = field.kind === "number" ? Number(text.trim().replace(",", ".")) : Number.NaN;
    return Number.isFinite(number) && text.trim() !== "" ? number : text;
  }

  #group(name: string): GroupField | null {
    const field = this.#fields.find((one) => one.name === name);
    return field?.kind === "group" ? field : null;
  }

  #isSecret(path: string): boolean {
    const [name, inner] = path.split("/");
    const field = this.#fields.find((one) => one.name === name);
    const single = field?.kind === "group" ? field.fields.find((one) => one.name === inner) : field;
    return single?.kind === "text" && single.secret;
  }

  #isDirty(name: string): boolean {
    if (this.#rows.get(name)?.settled === false) return true;
    const typed = [...this.#typed].filter(([path]) => path === name || path.startsWith(`${name}/`));
    const open = typed.filter(([, { settled }]) => !settled);
    const group = this.#group(name);
    if (group !== null && !this.isOn(group)) return isObject(this.#saved[name]);
    return open.some(
      ([path, { text }]) => path === group?.name || this.#isSecret(path) || text !== this.#savedText(path),
    );
  }

  #setRows(field: RowsField, rows: readonly Row[], settled = false): void {
    this.#rows = new Map(this.#rows).set(field.name, { rows, settled });
  }

  /** What was said of a field is about what stood there before. */
  #forget(path: string): void {
    const [name] = path.split("/");
    this.#problems = this.#problems.filter((one) => one.path[0] !== name);
  }

  #savedAt(path: string): unknown {
    const [name = "", inner] = path.split("/");
    const value = this.#saved[name];
    return inner === undefined ? value : isObject(value) ? value[inner] : undefined;
  }

  #savedText(path: string): string {
    const value = this.#savedAt(path);
    return typeof value === "string" || typeof value === "number" ? String(value) : "";
  }
}

const isNot = (key: string) => (row: Row) => row.key !== key;
