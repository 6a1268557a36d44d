/** Where the focus goes with a row that is taken away: else keys would mean the whole page. */
import { tick } from "svelte";

/**
 * Focuses the button that takes away the row which stands in the place of the former one, else the
 * last one, else the button that adds. They have the list's name as `data-remove` and `data-add`.
 */
export async function focusAfterRemoval(list: string, index: number): Promise<void> {
  await tick();
  const rows = document.querySelectorAll<HTMLElement>(`[data-remove="${list}"]`);
  const next = rows[Math.min(index, rows.length - 1)] ?? document.querySelector<HTMLElement>(`[data-add="${list}"]`);
  next?.focus();
}
