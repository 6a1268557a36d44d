/** What the UI needs from the program around it: the window or a browser. */

export interface Credentials {
  /** The bearer token. */
  readonly token: string | null;
  /** Looks for the token of a new run of the program, in place of one that it refused. */
  renew(refused: string | null): Promise<boolean>;
}

/** The system did not open an address. */
export class CannotOpen extends Error {
  constructor(
    readonly url: string,
    options: ErrorOptions,
  ) {
    super("cannot open", options);
    this.name = "CannotOpen";
  }
}

export interface Host {
  readonly kind: "window" | "browser";
  /** How calls show that this page may make them; none in the window, where the API has no port. */
  readonly session: Credentials | null;
  /** Whether the program around the page zooms by itself on Ctrl and plus. */
  readonly zoomsItself: boolean;
  copy(text: string): Promise<void>;
  /** Saves a file where the person says, or where a browser puts downloads; whether it did. */
  save(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<boolean>;
  /** Opens the log in the system's program for it; `null` where no log is written. */
  openLog: (() => Promise<void>) | null;
  /** Opens an address outside the app. */
  open(url: string): Promise<void>;
  /** Shows a notice of the system if it is allowed. */
  notify(title: string, body: string): Promise<void>;
  zoom(factor: number): Promise<void>;
}
