/** A body as it is looked at: pretty, raw or hex, and large ones one window at a time. */
import type { Api } from "../api/api";
import type { ReadBytes } from "../api/client";
import { ApiError, isAbort } from "../api/errors";
import type { BodyInfo, Side } from "../api/types";
import { withLetters } from "../json/letters";

export type BodyMode = "pretty" | "raw" | "hex";

/** Above this a body is not indented: the text would be too long to be read anyway. */
export const PRETTY_LIMIT = 4 * 1024 * 1024;
/** Bytes read at once. */
export const WINDOW = 256 * 1024;

export function firstMode(info: BodyInfo): BodyMode {
  if (info.kind === "binary") return "hex";
  return canPretty(info) ? "pretty" : "raw";
}

export function canPretty(info: BodyInfo): boolean {
  return (info.kind === "json" || info.kind === "form") && info.bytes <= PRETTY_LIMIT;
}

/** UTF-8 text of a window; a character cut at its edges is left out. */
export function windowText(bytes: Uint8Array, from: number): string {
  let start = 0;
  while (from > 0 && start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(start), { stream: true });
}

function total({ bytes, headers }: ReadBytes): number {
  const range = /\/(\d+)$/.exec(headers.get("Content-Range") ?? "");
  return range ? Number(range[1]) : bytes.length;
}

export class BodyView {
  mode = $state<BodyMode>("raw");
  from = $state(0);
  /** The length of what is looked at: decoded for text, as on the wire for hex. */
  total = $state(0);
  text = $state("");
  bytes = $state.raw<Uint8Array>(new Uint8Array());
  loading = $state(false);
  /** Of a body that is decoded only the beginning is there. */
  inPart = $state(false);
  /** Something has been read; until then there is nothing to show. */
  ready = $state(false);
  error = $state.raw<unknown>(null);
  #abort: AbortController | null = null;

  constructor(
    private readonly api: Api,
    readonly id: string,
    readonly side: Side,
    readonly info: BodyInfo,
  ) {}

  /** `broken` says that what was to be JSON is none, so that it is not asked for laid out. */
  open(broken = false): void {
    this.setMode(broken && this.info.kind === "json" ? "raw" : firstMode(this.info));
  }

  setMode(mode: BodyMode): void {
    this.mode = mode;
    this.from = 0;
    void this.load();
  }

  /** Shows the window that begins at a byte. */
  goTo(from: number): Promise<void> {
    const last = Math.max(0, Math.floor((this.total - 1) / WINDOW) * WINDOW);
    this.from = Math.min(Math.max(0, from), last);
    return this.load();
  }

  /** Shows the raw window around a byte; gives the byte's offset in it. */
  async reveal(offset: number): Promise<number> {
    this.mode = "raw";
    this.from = Math.floor(offset / WINDOW) * WINDOW;
    await this.load();
    return offset - this.from;
  }

  async load(): Promise<void> {
    this.#abort?.abort();
    if (this.info.bytes === 0) return;
    const abort = new AbortController();
    this.#abort = abort;
    this.loading = true;
    this.error = null;
    try {
      if (this.mode === "pretty") await this.#loadPretty(abort.signal);
      else await this.#loadWindow(abort.signal);
    } catch (error) {
      if (isAbort(error) || abort.signal.aborted) return;
      if (this.mode === "pretty" && error instanceof ApiError && error.code === "not_json") {
        this.mode = "raw";
        await this.load();
        return;
      }
      this.error = error;
    }
    if (!abort.signal.aborted) this.loading = false;
  }

  async #loadPretty(signal: AbortSignal): Promise<void> {
    const query = this.info.kind === "json" ? { pretty: true } : { decoded: true };
    const { bytes } = await this.api.body(this.id, this.side, query, signal);
    if (signal.aborted) return;
    this.total = bytes.length;
    // A body that is short enough to be laid out is decoded whole.
    this.inPart = false;
    const text = windowText(bytes, 0);
    this.text = this.info.kind === "json" ? withLetters(text) : text;
    this.ready = true;
  }

  async #loadWindow(signal: AbortSignal): Promise<void> {
    const range: [number, number] = [this.from, this.from + WINDOW - 1];
    const read = await this.api.body(this.id, this.side, { decoded: this.mode === "raw", range }, signal);
    if (signal.aborted) return;
    this.total = total(read);
    this.inPart = read.headers.get("X-Body-Part") === "beginning";
    // A program that gives the whole body instead of the window is taken at its word.
    if (read.status === 200) this.from = 0;
    this.bytes = read.bytes;
    this.text = this.mode === "raw" ? windowText(read.bytes, this.from) : "";
    this.ready = true;
  }

  dispose(): void {
    this.#abort?.abort();
  }
}
