/** Short messages that go by themselves; one with an undo stays for its ten seconds. */
import { ApiError, isAbort, Unreachable } from "../api/errors";
import { CannotOpen } from "../host/types";
import { t } from "../i18n/index.svelte";

export interface Toast {
  id: number;
  kind: "info" | "error";
  /** Read where it is shown, so that it follows the language. */
  text: () => string;
  action?: { label: () => string; run: () => void };
  lasts_ms: number;
  /** Its action takes back what it tells of. */
  undoes?: boolean;
}

const INFO_MS = 2500;
const ERROR_MS = 7000;
export const UNDO_MS = 10_000;
const MOST = 4;

export class Toasts {
  list = $state.raw<Toast[]>([]);
  #next = 1;
  /** The last thing that can be taken back. */
  readonly undoable = $derived(this.list.findLast((toast) => toast.undoes) ?? null);

  #add(toast: Omit<Toast, "id">): number {
    const id = this.#next++;
    const list = [...this.list];
    // What can still be taken back goes last.
    if (list.length >= MOST)
      list.splice(
        Math.max(
          0,
          list.findIndex(({ undoes }) => !undoes),
        ),
        1,
      );
    this.list = [...list, { ...toast, id }];
    setTimeout(() => this.dismiss(id), toast.lasts_ms);
    return id;
  }

  info(text: Toast["text"], action?: Toast["action"]): void {
    this.#add({ kind: "info", text, lasts_ms: action ? ERROR_MS : INFO_MS, ...(action ? { action } : {}) });
  }

  undo(text: Toast["text"], run: () => void): void {
    const id = this.#add({
      kind: "info",
      text,
      lasts_ms: UNDO_MS,
      undoes: true,
      action: {
        label: () => t("common.undo"),
        run: () => {
          this.dismiss(id);
          run();
        },
      },
    });
  }

  /** Runs an action and says what went wrong, if anything. */
  async attempt(action: () => Promise<unknown>): Promise<boolean> {
    try {
      await action();
      return true;
    } catch (error) {
      this.error(error);
      return false;
    }
  }

  /** Says what went wrong in the program's own words; an aborted call is nobody's error. */
  error(error: unknown): void {
    if (isAbort(error)) return;
    if (!isExpected(error)) console.warn(error);
    this.#add({ kind: "error", text: () => sentence(error), lasts_ms: ERROR_MS });
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}

/** What went wrong, in the reader's language; read where it is shown, so that it follows it. */
export function sentence(error: unknown): string {
  if (error instanceof Unreachable) return t("error.unreachable");
  if (error instanceof CannotOpen) return t("error.cannotOpen", { url: error.url });
  if (error instanceof ApiError) return error.message;
  // The window's own commands are refused with a text in the reader's language; what a library or
  // the browser throws speaks English, and is for the console.
  return typeof error === "string" ? t("error.unknown", { message: error }) : t("error.page");
}

function isExpected(error: unknown): boolean {
  return error instanceof Unreachable || error instanceof ApiError || typeof error === "string";
}
