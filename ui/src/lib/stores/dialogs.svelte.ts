/** The dialog that lies over the page, and the popover that a command can open. */
import type { DialogId } from "../app/register";

export class Dialogs {
  current = $state<DialogId | null>(null);
  popover = $state<"answering" | null>(null);

  open(dialog: DialogId): void {
    this.current = dialog;
  }

  close(): void {
    this.current = null;
  }
}
