import { expect, test } from "vitest";
import type { Variable } from "../api/types";
import { choicesOf } from "./late";

const variable = (name: string, now: string | null, after = now): Variable => ({
  name,
  role: "user",
  in: now,
  out: null,
  after,
  change: "untouched",
});
const LATE = '{"orderStatus":"paid","payment":"card","receipt":{"id":1}}';

test("with no turn since, everything is chosen", () => {
  const choices = choicesOf(LATE, [variable("orderStatus", '"new"')], null);
  expect(choices.map(({ name, chosen }) => [name, chosen])).toEqual([
    ["orderStatus", true],
    ["payment", true],
    ["receipt", true],
  ]);
});

test("a variable that was changed meanwhile is not chosen, and it is said what the bot has", () => {
  const then = [variable("orderStatus", '"new"'), variable("payment", '"none"')];
  const later = [variable("orderStatus", ' "new"'), variable("payment", '"cash"')];
  const [status, payment, receipt] = choicesOf(LATE, then, later);
  expect(status).toMatchObject({ changed: false, chosen: true });
  expect(payment).toMatchObject({ changed: true, chosen: false, now: '"cash"' });
  expect(receipt, "a new one").toMatchObject({ changed: false, chosen: true });
});

test("one that is gone, or came from elsewhere, is told apart from one that was kept", () => {
  const then = [variable("orderStatus", '"new"'), variable("payment", '"none"')];
  const later = [variable("payment", '"card"')];
  const [status, payment] = choicesOf(LATE, then, later);
  expect(status).toMatchObject({ changed: true, chosen: false, now: null });
  expect(payment, "it has the very value by now").toMatchObject({ changed: false, chosen: true });
});
