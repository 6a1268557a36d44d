/**
 * The tunnel as the program reports it. It is read whole at the start and again whenever the feed
 * says that it changed; many changes make one reading at a time.
 */
import type { Api } from "../api/api";
import { ApiError } from "../api/errors";
import type { Tunnel as View, TunnelProvider } from "../api/types";
import { Latest } from "../latest";
import { type Notice, noticesOf } from "../tunnel/notices";
import { quietly } from "../quietly";
import type { FeedStore } from "./feed.svelte";
import { withSshPreset } from "../tunnel/presets";
import { TunnelForm } from "./tunnel-form.svelte";

/** Called at each change after the first reading. */
export type Listener = (before: View, now: View, notices: readonly Notice[]) => void;

export class Tunnel implements FeedStore {
  view = $state.raw<View | null>(null);
  readonly form = new TunnelForm();
  /** What is under way because the reader asked for it. */
  busy = $state<"start" | "stop" | "retry" | "check" | null>(null);
  readonly runs = $derived(this.view !== null && this.view.state !== "offline" && this.view.state !== "failed");
  readonly follows = { tunnel_changed: () => quietly(this.refresh()) };
  readonly #latest = new Latest(async () => {
    const view = await this.api.tunnel();
    const first = this.#afresh;
    this.#afresh = false;
    if (first) this.replaceAll(view);
    else this.apply(view);
  });
  /** The next reading begins anew, so that it is no change. */
  #afresh = false;

  constructor(
    private readonly api: Api,
    private readonly listener: Listener,
  ) {}

  /** Takes a first or a fresh look; a first look is no change. */
  replaceAll(view: View): void {
    this.view = view;
    this.form.take(view);
  }

  /** Takes a change, and reports what it means. */
  apply(view: View): void {
    const before = this.view;
    this.replaceAll(view);
    if (before) this.listener(before, view, noticesOf(before, view));
  }

  reload(): Promise<void> {
    this.#afresh = true;
    return this.#latest.refresh();
  }

  /** Reads it again; what changes meanwhile is read once more afterwards. */
  refresh(): Promise<void> {
    return this.#latest.refresh();
  }

  /** Starts what is typed; `hostKey` is the fingerprint that somebody has just compared. */
  async start(hostKey?: string): Promise<void> {
    if (hostKey !== undefined) this.form.fields.ssh.host_key = hostKey;
    const plan = this.form.start();
    if (plan === null) return;
    const again = !this.runs && this.form.isPlanned(this.view?.plan ?? null);
    await this.#while("start", async () => {
      try {
        // Started again as it was, the program uses the stored secrets, which it never shows, such
        // as the proxy's login.
        await (again ? this.api.retryTunnel() : this.api.startTunnel(plan));
        // The program stores a token that it was started with; the page drops it.
        if (plan.provider === "ngrok") this.form.fields.ngrok.authtoken = "";
        await this.refresh();
      } catch (error) {
        if (!this.form.refused(error)) throw error;
      }
    });
  }

  /** Starts localhost.run, which needs no account and takes connections from everywhere. */
  async startLocalhostRun(): Promise<void> {
    this.form.choose("ssh");
    this.form.fields.ssh = withSshPreset(this.form.fields.ssh, "localhostRun");
    await this.start();
  }

  async stop(): Promise<void> {
    await this.#while("stop", () => this.#andRead(this.api.stopTunnel()));
  }

  async retry(): Promise<void> {
    await this.#while("retry", () => this.#andRead(this.api.retryTunnel()));
  }

  async check(): Promise<void> {
    await this.#while("check", () => this.#andRead(this.api.checkTunnel()));
  }

  async acknowledge(): Promise<void> {
    await this.#andRead(this.api.acknowledgeAddress());
  }

  /** Starts what was started last; `false` where there is nothing of the kind. */
  async again(): Promise<boolean> {
    if (this.view?.plan == null) return false;
    try {
      await this.retry();
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return false;
      throw error;
    }
  }

  /** The provider that `again` starts. */
  get lastProvider(): TunnelProvider | null {
    return this.view?.plan?.provider ?? null;
  }

  /**
   * An action's own answer can be older than what was read meanwhile; a reading after it cannot.
   */
  async #andRead(action: Promise<unknown>): Promise<void> {
    await action;
    await this.refresh();
  }

  async #while(what: NonNullable<Tunnel["busy"]>, action: () => Promise<void>): Promise<void> {
    this.busy = what;
    try {
      await action();
    } finally {
      if (this.busy === what) this.busy = null;
    }
  }
}
