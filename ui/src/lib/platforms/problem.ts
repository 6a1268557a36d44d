/** What the program says of a field of a bot's platform. */
import { ApiError } from "../api/errors";

export interface Problem {
  /** The names that lead to the field; a row's number stands for its place among those sent. */
  path: readonly string[];
  message: string;
  suggestion: string | null;
}

/** What a refusal says of a field; `null` where it is about none. */
export function problemOf(error: unknown): Problem | null {
  if (!(error instanceof ApiError) || error.status !== 422 || error.pointer === null) return null;
  // Behind the settings and the platform's name.
  const [, , , ...path] = error.pointer.split("/");
  const { message, suggestion } = error;
  return { path: path.map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~")), message, suggestion };
}
