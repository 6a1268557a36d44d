/** A replay as it was being edited. */
export interface ReplayMemory {
  method: string;
  path: string;
  headers: HeaderPair[];
  body: string | null;
}

const REMEMBERED = 20;

/** The dialog that lies over the page, and the popover that a command can open. */
import type { HeaderPair, Mode } from "../api/types";
import type { DialogId } from "../app/register";

export class Dialogs {
  current = $state<DialogId | null>(null);
  popover = $state<"answering" | null>(null);
  /** A mode that was chosen and needs a server, which the popover asks for. */
  #wantedMode: Mode | null = null;
  /** From the request for a dialog until the focus is in it: its chunk may have to be fetched. */
  opening = $state(false);

  /** Opens the answering popover to ask for the server that a mode needs. */
  askForServer(mode: Mode): void {
    this.#wantedMode = mode;
    this.popover = "answering";
  }

  takeWantedMode(): Mode | null {
    const mode = this.#wantedMode;
    this.#wantedMode = null;
    return mode;
  }

  /** Replays that were edited and not sent, by exchange: the next `e` goes on with them. */
  readonly #replays = new Map<string, ReplayMemory>();

  replayOf(id: string): ReplayMemory | null {
    return this.#replays.get(id) ?? null;
  }

  /** Remembers an edited replay; `null` forgets it. */
  rememberReplay(id: string, memory: ReplayMemory | null): void {
    this.#replays.delete(id);
    if (memory === null) return;
    this.#replays.set(id, memory);
    const [oldest] = this.#replays.keys();
    if (this.#replays.size > REMEMBERED && oldest !== undefined) this.#replays.delete(oldest);
  }

  open(dialog: DialogId): void {
    this.current = dialog;
    this.opening = true;
  }

  /** The dialog has the focus. */
  opened(): void {
    this.opening = false;
  }

  close(): void {
    this.current = null;
    this.opening = false;
  }
}
