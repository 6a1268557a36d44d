/** A replay that a person answers: it is said at once that it waits, and where. */
import { t } from "../i18n/index.svelte";
import type { Selection } from "../controllers/selection.svelte";
import type { HeldTurns } from "../stores/held-turns.svelte";
import type { Toasts } from "../stores/toasts.svelte";

export interface WaitingReplay {
  /** The call, which ends with the answer. */
  call: Promise<{ id: string }>;
  original: string;
  heldTurns: HeldTurns;
  selection: Selection;
  toasts: Toasts;
}

/** Says that the replay waits; resolves when it was answered. */
export async function waitForReplay({ call, original, heldTurns, selection, toasts }: WaitingReplay): Promise<void> {
  let id: string | null = null;
  const open = () => {
    const waiting = heldTurns.rows.findLast((row) => row.replay_of === original);
    selection.select(id ?? waiting?.id ?? null);
  };
  toasts.info(() => t("replay.waits"), { label: () => t("replay.open"), run: open });
  ({ id } = await call);
}
