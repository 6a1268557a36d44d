/** Short messages that go by themselves; one with an undo stays for its ten seconds. */
import { ApiError, isAbort, Unreachable } from "../api/errors";
import { t } from "../i18n/index.svelte";

export interface Toast {
  id: number;
  kind: "info" | "error";
  text: string;
  action?: { label: string; run: () => void };
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
    this.list = [...this.list.slice(1 - MOST), { ...toast, id }];
    setTimeout(() => this.dismiss(id), toast.lasts_ms);
    return id;
  }

  info(text: string, action?: Toast["action"]): void {
    this.#add({ kind: "info", text, lasts_ms: action ? ERROR_MS : INFO_MS, ...(action ? { action } : {}) });
  }

  undo(text: string, run: () => void): void {
    const id = this.#add({
      kind: "info",
      text,
      lasts_ms: UNDO_MS,
      undoes: true,
      action: {
        label: t("common.undo"),
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
    this.#add({ kind: "error", text: sentence(error), lasts_ms: ERROR_MS });
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}

export function sentence(error: unknown): string {
  if (error instanceof Unreachable) return t("error.unreachable");
  if (error instanceof ApiError) return error.message;
  return t("error.unknown", { message: error instanceof Error ? error.message : String(error) });
}
