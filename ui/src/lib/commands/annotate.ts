/** Notes and pins of an exchange. */
import type { App } from "../app/app.svelte";

/**
 * Changes them and shows at once what the program answered: the feed brings it again, and may be
 * slow. What another call changes is that call's to show: its answer may have come before. The rest
 * of a row is the feed's alone, which may have brought something newer meanwhile.
 */
export async function annotate(
  { api, detail, heldTurns, list }: Pick<App, "api" | "detail" | "heldTurns" | "list">,
  id: string,
  change: { note?: string; pinned?: boolean },
): Promise<void> {
  const { note, pinned } = await api.annotate(id, change);
  const changed = { ...("note" in change && { note }), ...("pinned" in change && { pinned }) };
  for (const store of [list, heldTurns, detail]) store.annotated(id, changed);
}
