import { flushSync } from "svelte";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";

import type { Api } from "../api/api";
import { ApiError } from "../api/errors";
import type { Bot, BotChange } from "../api/types";
import { Program } from "../stores/program.svelte";
import { Toasts, UNDO_MS } from "../stores/toasts.svelte";
import { type Conditions, PlatformForm } from "./form.svelte";
import { type Field, fieldsOf, type GroupField, type RowsField } from "./schema";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const SCHEMA = {
  properties: {
    token: { type: "string", writeOnly: true },
    domain: { type: "string" },
    to: { enum: ["department", "operator"], default: "department" },
    department: { type: "string" },
    operator: { type: "string" },
    auth: {
      type: ["object", "null"],
      properties: { user: { type: "string" }, password: { type: "string", writeOnly: true } },
      required: ["user", "password"],
    },
    fields: { type: "array", items: { type: "string" } },
  },
};
const CONDITIONS: Conditions = {
  department: (value) => value("to") === "department",
  operator: (value) => value("to") === "operator",
};
type Own = Record<string, unknown>;
type Refuse = (change: Own) => ApiError | null;

const misfit = (pointer: string, suggestion: string | null = null) =>
  new ApiError(422, "invalid", `no: ${pointer}`, `/platform_settings/webim/${pointer}`, null, suggestion);

/** A program that takes what is not refused, as the real one shows it. */
function stage(own: Own = {}, refuse: Refuse = () => null) {
  const sent: Own[] = [];
  let stored = own;
  const api = {
    bots: () => Promise.resolve({ bots: [{ id: "b", platform_settings: { webim: stored } } as unknown as Bot] }),
    answering: () => Promise.reject(new Error("nobody asks")),
    changeBot: (_: string, { platform_settings }: BotChange) => {
      const change = (platform_settings?.["webim"] ?? {}) as Own;
      sent.push(change);
      const error = refuse(change);
      if (error) return Promise.reject(error);
      stored = { ...stored, ...change };
      if (typeof change["token"] === "string") stored = { ...stored, token: null, token_set: true };
      return Promise.resolve({});
    },
  } as unknown as Api;
  const program = new Program(api);
  let form!: PlatformForm;
  const stop = $effect.root(() => {
    form = new PlatformForm({ api, program, toasts: new Toasts(), now: () => Date.now() }, "b", "webim");
    form.take(fieldsOf(SCHEMA, Object.keys(SCHEMA.properties)), CONDITIONS);
  });
  onTestFinished(stop);
  return { form, program, sent, ready: () => program.reloadBots() };
}
const list = (form: PlatformForm) => form.fields.find((one): one is RowsField => one.kind === "rows") as RowsField;
const group = (form: PlatformForm) => form.fields.find((one): one is GroupField => one.kind === "group") as GroupField;
const names = (fields: readonly Field[]) => fields.map(({ name }) => name);

test("a field is saved when it is left, alone, and once", async () => {
  const { form, sent, ready } = stage({ domain: "a.ru" });
  await ready();
  form.type("domain", "b.ru");
  expect(sent).toEqual([]);
  await form.leave("domain");
  await form.leave("domain");
  expect(sent).toEqual([{ domain: "b.ru" }]);
  expect([form.text("domain"), form.unsaved]).toEqual(["b.ru", []]);
});

test("what does not fit stays as typed with its reason, and the others are saved", async () => {
  const refuse: Refuse = ({ domain }) => (domain === "https://b.ru/x" ? misfit("domain", "b.ru") : null);
  const { form, sent, ready } = stage({}, refuse);
  await ready();
  form.type("domain", "https://b.ru/x");
  form.type("department", "sales");
  await form.leave("domain");
  expect(sent).toEqual([{ domain: "https://b.ru/x", department: "sales" }, { department: "sales" }]);
  expect(form.text("domain")).toBe("https://b.ru/x");
  expect(form.problem("domain")).toMatchObject({ message: "no: domain", suggestion: "b.ru", isNeeded: false });
  await form.put("domain", "b.ru");
  expect([form.problem("domain"), form.unsaved, sent.at(-1)]).toEqual([null, [], { domain: "b.ru" }]);
});

test("what is missing elsewhere is said there, quietly, until the reader was there", async () => {
  const { form, ready } = stage({}, ({ domain }) => (domain === undefined ? misfit("domain") : null));
  await ready();
  form.type("token", "t");
  await form.leave("token");
  expect([form.problem("domain")?.isNeeded, form.unsaved]).toEqual([true, ["token"]]);
  await form.leave("domain");
  expect(form.problem("domain")?.isNeeded).toBe(false);
  form.type("domain", "a.ru");
  await form.leave("domain");
  expect(form.unsaved).toEqual([]);
});

test("a field without its condition is not there; what was typed into it comes back with it", async () => {
  const { form, sent, ready } = stage({}, ({ operator }) => (operator === "x y" ? misfit("operator") : null));
  await ready();
  await form.put("to", "operator");
  expect(names(form.shown)).not.toContain("department");
  form.type("operator", "x y");
  await form.leave("operator");
  await form.put("to", "department");
  expect([names(form.shown).includes("operator"), sent.at(-1)]).toEqual([false, { to: "department" }]);
  await form.put("to", "operator");
  expect(form.text("operator")).toBe("x y");
});

test("a secret that is set is not sent back, one that was typed and erased stays", async () => {
  const { form, sent, ready } = stage({ token: null, token_set: true, domain: "a.ru" });
  await ready();
  expect([form.isSet("token"), form.text("token")]).toEqual([true, ""]);
  form.type("token", "new");
  form.type("token", "");
  form.type("domain", "b.ru");
  await form.leave("token");
  expect(sent).toEqual([{ domain: "b.ru" }]);
  form.type("token", "new");
  await form.leave("token");
  expect(sent.at(-1)).toEqual({ token: "new" });
  expect([form.text("token"), form.unsaved], "it can be looked at while the page is open").toEqual(["new", []]);
  form.hide();
  expect(form.text("token")).toBe("");
  await form.remove("token");
  expect(sent.at(-1)).toEqual({ token: null });
});

test("a group is sent whole: a password that is set stays, and none is made of nothing", async () => {
  const { form, sent, ready } = stage();
  await ready();
  await form.switchOn(group(form), true);
  form.type("auth/user", "crm");
  await form.leave("auth/user");
  expect([sent, form.lacking(group(form))]).toEqual([[], ["auth/password"]]);
  form.type("auth/password", "p");
  await form.leave("auth/password");
  expect(sent).toEqual([{ auth: { user: "crm", password: "p" } }]);

  const other = stage({ auth: { user: "crm", password: null, password_set: true } });
  await other.ready();
  other.form.type("auth/user", "shop");
  await other.form.leave("auth/user");
  expect(other.sent).toEqual([{ auth: { user: "shop", password: null, password_set: true } }]);
  await other.form.switchOn(group(other.form), false);
  expect(other.sent.at(-1)).toEqual({ auth: null });
});

test("a row that is taken away stands there for ten seconds and can be brought back", async () => {
  const { form, sent, ready } = stage({ fields: ["a", "b", "c"] });
  await ready();
  const shown = () =>
    form.rows(list(form)).map(({ cells, goneUntil }) => `${cells[""]}${goneUntil === null ? "" : "-"}`);
  await form.removeRow(list(form), "saved-1");
  expect([sent.at(-1), shown()]).toEqual([{ fields: ["a", "c"] }, ["a", "b-", "c"]]);
  await form.bringBack(list(form), "saved-1");
  expect([sent.at(-1), shown()]).toEqual([{ fields: ["a", "b", "c"] }, ["a", "b", "c"]]);
  await form.removeRow(list(form), "saved-1");
  vi.advanceTimersByTime(UNDO_MS);
  flushSync();
  expect([shown(), form.unsaved]).toEqual([["a", "c"], []]);
});

test("what does not fit in a row is said at the row, whatever rows are gone above it", async () => {
  const refuse: Refuse = ({ fields }) => {
    const at = (fields as string[]).indexOf("name");
    return at < 0 ? null : misfit(`fields/${at}`);
  };
  const { form, sent, ready } = stage({ fields: ["a", "b"] }, refuse);
  await ready();
  await form.removeRow(list(form), "saved-0");
  const key = form.addRow(list(form));
  form.setCell(list(form), key, "", "name");
  await form.leave("fields");
  expect(sent.at(-1)).toEqual({ fields: ["b", "name"] });
  expect([form.cellProblem(list(form), key, ""), form.cellProblem(list(form), "saved-1", "")]).toEqual([
    "no: fields/1",
    null,
  ]);
  form.setCell(list(form), key, "", "other");
  expect(form.cellProblem(list(form), key, "")).toBeNull();
});

test("what somebody else has saved meanwhile is shown where nothing is typed", async () => {
  const { form, program, ready } = stage({ fields: ["a"] });
  await ready();
  const key = form.addRow(list(form));
  form.setCell(list(form), key, "", "b");
  await form.leave("fields");
  program.bots = [{ id: "b", platform_settings: { webim: { fields: ["z"], domain: "z.ru" } } } as unknown as Bot];
  expect(form.rows(list(form)).map(({ cells }) => cells[""])).toEqual(["z"]);
  expect(form.text("domain")).toBe("z.ru");
});
