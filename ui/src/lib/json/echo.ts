/** Answers made from what came in, digit for digit. */
import type { Variable } from "../api/types";

/** An object of the variables' texts as they came, in their order. */
export function objectOf(variables: readonly Pick<Variable, "name" | "in">[]): string {
  const members = variables.flatMap(({ name, in: text }) =>
    text === null ? [] : [`  ${JSON.stringify(name)}: ${text}`],
  );
  return members.length === 0 ? "{}" : `{\n${members.join(",\n")}\n}`;
}
