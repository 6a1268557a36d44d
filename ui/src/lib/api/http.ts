/** One fetch for all calls: token, language, errors as values of two classes, and the server's clock. */
import { errorFrom, isAbort, Unreachable } from "./errors";

export interface HttpContext {
  /** Same origin in the window and in the browser; other values serve tests. */
  base: string;
  token: string | null;
  language: () => string;
  /** Told the `Date` header of each answer, with the moments around the call. */
  onDate?: (date: string, sent: number, received: number) => void;
}

export interface CallOptions {
  query?: Record<string, string | number | boolean | null | undefined>;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

function address(base: string, path: string, query: CallOptions["query"]): string {
  const pairs = Object.entries(query ?? {}).filter(
    ([, value]) => value !== null && value !== undefined && value !== "",
  );
  if (pairs.length === 0) return base + path;
  return `${base}${path}?${new URLSearchParams(pairs.map(([key, value]) => [key, String(value)])).toString()}`;
}

export class Http {
  constructor(private readonly context: HttpContext) {}

  /** The answer itself, whatever its status. Throws `Unreachable` or an abort. */
  async raw(method: string, path: string, options: CallOptions = {}): Promise<Response> {
    const headers: Record<string, string> = { "Accept-Language": this.context.language(), ...options.headers };
    if (this.context.token !== null) headers["Authorization"] = `Bearer ${this.context.token}`;
    const init: RequestInit = { method, headers, cache: "no-store" };
    if (options.body !== undefined) {
      headers["Content-Type"] = "application/json";
      init.body = JSON.stringify(options.body);
    }
    if (options.signal) init.signal = options.signal;
    const sent = Date.now();
    try {
      const response = await fetch(address(this.context.base, path, options.query), init);
      const date = response.headers.get("Date");
      if (date !== null) this.context.onDate?.(date, sent, Date.now());
      return response;
    } catch (error) {
      throw isAbort(error) ? error : new Unreachable(error);
    }
  }

  /** The answer's bytes as text; throws `ApiError` for an error's status. */
  async checked(method: string, path: string, options: CallOptions = {}): Promise<Response> {
    const response = await this.raw(method, path, options);
    if (response.ok) return response;
    throw errorFrom(response.status, await response.json().catch(() => null));
  }

  async json<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
    const response = await this.checked(method, path, options);
    if (response.status === 204) return undefined as T;
    try {
      return (await response.json()) as T;
    } catch (error) {
      throw isAbort(error) ? error : new Unreachable(error);
    }
  }
}
