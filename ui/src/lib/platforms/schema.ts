/**
 * The fields of a platform's settings, from the JSON schema that the program gives of them. Pure.
 */

interface Named {
  name: string;
  /** What it is where nobody says, as text. */
  initial: string;
}

/** A text; `secret`: written and never read back. */
export interface TextField extends Named {
  kind: "text";
  secret: boolean;
}

export interface NumberField extends Named {
  kind: "number";
}

/** One of a few words. */
export interface ChoiceField extends Named {
  kind: "choice";
  values: readonly string[];
}

/** Rows of texts; a list of plain texts has one column without a name. */
export interface RowsField extends Named {
  kind: "rows";
  columns: readonly string[];
}

/** Fields that are there together or not at all. */
export interface GroupField extends Named {
  kind: "group";
  fields: readonly (TextField | NumberField | ChoiceField)[];
}

export type SingleField = TextField | NumberField | ChoiceField;
export type Field = SingleField | RowsField | GroupField;

type Json = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The fields in this order, those that it does not name last; a shape that is not known here gives
 * no field. The schema itself has no order: an object's members are no list.
 */
export function fieldsOf(schema: unknown, order: readonly string[] = []): Field[] {
  const place = ({ name }: Field) => (order.includes(name) ? order.indexOf(name) : order.length);
  const fields = properties(schema).flatMap(([name, part]) => fieldOf(name, part) ?? []);
  return fields.toSorted((a, b) => place(a) - place(b));
}

function properties(schema: unknown): [string, Json][] {
  const all = isObject(schema) ? schema["properties"] : null;
  if (!isObject(all)) return [];
  return Object.entries(all).flatMap(([name, part]): [string, Json][] => (isObject(part) ? [[name, part]] : []));
}

/** What is required stands first, in the order in which that is said. */
function inOrder(schema: unknown, members: [string, Json][]): [string, Json][] {
  const required: unknown = isObject(schema) ? schema["required"] : null;
  const names: readonly unknown[] = Array.isArray(required) ? required : [];
  const place = (name: string) => (names.includes(name) ? names.indexOf(name) : names.length);
  return members.toSorted(([a], [b]) => place(a) - place(b));
}

function typesOf({ type }: Json): unknown[] {
  return Array.isArray(type) ? type : [type];
}

function singleOf(name: string, part: Json): SingleField | null {
  const initial = typeof part["default"] === "string" ? part["default"] : "";
  const words = part["enum"];
  if (Array.isArray(words)) return { kind: "choice", name, initial, values: words.map(String) };
  const types = typesOf(part);
  if (types.includes("string")) return { kind: "text", name, initial, secret: part["writeOnly"] === true };
  return types.includes("integer") || types.includes("number") ? { kind: "number", name, initial } : null;
}

function fieldOf(name: string, part: Json): Field | null {
  const single = singleOf(name, part);
  if (single !== null) return single;
  const types = typesOf(part);
  if (types.includes("object")) {
    const inner = inOrder(part, properties(part));
    const fields = inner.flatMap(([one, its]) => singleOf(one, its) ?? []);
    return { kind: "group", name, initial: "", fields };
  }
  if (!types.includes("array")) return null;
  const items = part["items"];
  const columns = inOrder(items, properties(items)).map(([column]) => column);
  return { kind: "rows", name, initial: "", columns: columns.length > 0 ? columns : [""] };
}
