/**
 * What is typed about the tunnel and not started yet. It stays while the reader looks at something
 * else.
 */
import type { Tunnel, TunnelPlan, TunnelProvider, TunnelStart } from "../api/types";
import { ApiError } from "../api/errors";
import { t } from "../i18n/index.svelte";
import { emptyFields, type Fields, fieldsOf, isPlanned, misfit, startOf } from "../tunnel/plan";

export interface Problem {
  /** A JSON pointer into the start, such as `/ssh/host`. */
  pointer: string;
  message: string;
}

export class TunnelForm {
  provider = $state<TunnelProvider>("ngrok");
  fields = $state<Fields>(emptyFields());
  problem = $state.raw<Problem | null>(null);
  #filledWith = "";

  /**
   * Takes over what was started last, once for each plan: what is being typed is not overwritten by
   * a change.
   */
  take(tunnel: Tunnel): void {
    const text = JSON.stringify(tunnel.plan);
    if (tunnel.plan === null || text === this.#filledWith) return;
    this.#filledWith = text;
    this.provider = tunnel.plan.provider;
    this.fields = fieldsOf(tunnel.plan, this.fields);
  }

  choose(provider: TunnelProvider): void {
    this.provider = provider;
    this.problem = null;
  }

  /** The start that is typed, or `null` and a word at the field that does not fit. */
  start(): TunnelStart | null {
    this.problem = null;
    const wrong = misfit(this.provider, this.fields);
    if (wrong === null) return startOf(this.provider, this.fields);
    this.problem = {
      pointer: wrong,
      message: t(wrong === "/ssh/port" ? "tunnel.f.port.wrong" : "tunnel.f.bind_port.wrong"),
    };
    return null;
  }

  isPlanned(plan: TunnelPlan | null): boolean {
    return isPlanned(this.provider, this.fields, plan);
  }

  /** Shows a refusal at its field; one that names no field is left to the caller. */
  refused(error: unknown): boolean {
    if (!(error instanceof ApiError) || error.status !== 422 || error.pointer === null) return false;
    this.problem = { pointer: error.pointer, message: error.message };
    return true;
  }

  /** What is wrong with a field. Program and arguments are typed in one. */
  wrong(pointer: string): string | null {
    const at = this.problem?.pointer;
    if (at === undefined) return null;
    const one = at.startsWith("/command/args") || at === "/command/program" ? "/command/line" : at;
    return one === pointer ? (this.problem?.message ?? null) : null;
  }
}
