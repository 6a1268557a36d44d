import { expect, test } from "vitest";

import { fieldsOf } from "./schema";

const rows = {
  type: "array",
  items: {
    type: "object",
    properties: { alias: { type: ["string", "null"] }, path: { type: "string", minLength: 1 } },
    required: ["path"],
  },
};

test("every shape of the schema gives its field, in the order that is asked for", () => {
  const schema = {
    type: "object",
    properties: {
      auth: {
        type: ["object", "null"],
        properties: { password: { type: "string", writeOnly: true }, user: { type: "string" } },
        required: ["user", "password"],
      },
      body: rows,
      fields: { type: "array", items: { type: "string" } },
      mode: { enum: ["async", "sync"], default: "async" },
      odd: { type: "boolean" },
      timeout_seconds: { type: ["number", "null"] },
      token: { type: "string", writeOnly: true },
    },
  };
  expect(fieldsOf(schema, ["token", "mode", "timeout_seconds", "auth"])).toEqual([
    { kind: "text", name: "token", initial: "", secret: true },
    { kind: "choice", name: "mode", initial: "async", values: ["async", "sync"] },
    { kind: "number", name: "timeout_seconds", initial: "" },
    {
      kind: "group",
      name: "auth",
      initial: "",
      fields: [
        { kind: "text", name: "user", initial: "", secret: false },
        { kind: "text", name: "password", initial: "", secret: true },
      ],
    },
    { kind: "rows", name: "body", initial: "", columns: ["path", "alias"] },
    { kind: "rows", name: "fields", initial: "", columns: [""] },
  ]);
});

test("where there is nothing to set there is no field", () => {
  expect([fieldsOf({}), fieldsOf(null), fieldsOf({ properties: 3 })]).toEqual([[], [], []]);
});
