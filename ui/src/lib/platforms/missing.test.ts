import { expect, test } from "vitest";

import { missingOf } from "./missing";

const VARIABLES = '{"result":{"promo":{"code":"ABC","percent":15.0},"list":[{"a":1},2]},"city":"Казань"}';

test("what is there is named by whole paths", () => {
  expect(missingOf(VARIABLES, "result.promo.text")).toEqual({
    at: "result.promo",
    lacks: "text",
    instead: ["result.promo.code", "result.promo.percent"],
  });
  expect(missingOf(VARIABLES, "rezult.promo")).toEqual({ at: "", lacks: "rezult", instead: ["result", "city"] });
  expect(missingOf(VARIABLES, "result.list[2].a")).toEqual({
    at: "result.list",
    lacks: "[2]",
    instead: ["result.list[0]", "result.list[1]"],
  });
  expect(missingOf(VARIABLES, "result.list[0].b").instead).toEqual(["result.list[0].a"]);
});

test("below a value that has nothing inside there is nothing to name", () => {
  expect(missingOf(VARIABLES, "city.name")).toEqual({ at: "city", lacks: "name", instead: [] });
  expect(missingOf("no json", "a")).toEqual({ at: "", lacks: "a", instead: [] });
});
