/** What can go wrong with a call: an answer with a code and a sentence, or no answer at all. */
import type { ErrorCode } from "./types";
import { ENUMS } from "./values";

export class ApiError extends Error {
  constructor(
    readonly status: number,
    /** `null` where the answer has no code of this API. */
    readonly code: ErrorCode | null,
    message: string,
    readonly pointer: string | null = null,
    readonly offset: number | null = null,
    /** What can be written in the place of what the pointer names. */
    readonly suggestion: string | null = null,
    /** The place in a text, from 1. */
    readonly line: number | null = null,
    readonly column: number | null = null,
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

function isErrorCode(value: unknown): value is ErrorCode {
  return ENUMS.ErrorCode.some((code) => code === value);
}

/**
 * Reads an error's document; a body of another shape still gives an error that names the status.
 */
export function errorFrom(status: number, document: unknown): ApiError {
  const fields = new Map<string, unknown>(
    typeof document === "object" && document !== null ? Object.entries(document) : [],
  );
  const code = fields.get("code");
  const message = fields.get("message");
  const text = (name: string) => textOf(fields.get(name));
  const number = (name: string) => numberOf(fields.get(name));
  return new ApiError(
    status,
    isErrorCode(code) ? code : null,
    typeof message === "string" ? message : `HTTP ${status}`,
    text("pointer"),
    number("offset"),
    text("suggestion"),
    number("line"),
    number("column"),
  );
}

const textOf = (value: unknown): string | null => (typeof value === "string" ? value : null);
const numberOf = (value: unknown): number | null => (typeof value === "number" ? value : null);
