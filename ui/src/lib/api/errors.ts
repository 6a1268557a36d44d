/** What can go wrong with a call: an answer with a code and a sentence, or no answer at all. */

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly pointer: string | null = null,
    readonly offset: number | null = null,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

/** The program could not be reached, or what came back was not its answer. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super("unreachable", { cause });
    this.name = "Unreachable";
  }
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/**
 * Reads an error's document; a body of another shape still gives an error that names the status.
 */
export function errorFrom(status: number, document: unknown): ApiError {
  const code = field(document, "code");
  const message = field(document, "message");
  const pointer = field(document, "pointer");
  const offset = field(document, "offset");
  return new ApiError(
    status,
    typeof code === "string" ? code : `http_${status}`,
    typeof message === "string" ? message : `HTTP ${status}`,
    typeof pointer === "string" ? pointer : null,
    typeof offset === "number" ? offset : null,
  );
}
