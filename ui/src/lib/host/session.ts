/**
 * The token of a browser tab. Each run of the program has one of its own, so that whoever has its
 * port afterwards is sent one that is worth nothing. A page that stays open gets the next run's by
 * signing its challenge with a key, which is never sent.
 */
import type { Credentials } from "./types";

const TOKEN = "hookloupe.token";
const KEY = "hookloupe.key";
const SESSION = "/api/v1/session";

export class Session implements Credentials {
  /** Ends when the key is known, or nobody gives it. */
  learnt: Promise<void> = Promise.resolve();
  #renewal: Promise<boolean> | null = null;

  private constructor(
    private current: string | null,
    private key: string | null,
  ) {}

  /**
   * The token stands in the address, or a word does that counts once and is given for it: a browser
   * keeps the addresses that it opened. It is stored for this tab, and removed from the address.
   */
  static async begin(): Promise<Session> {
    const session = new Session(stored(TOKEN), stored(KEY));
    const [, kind, text] = /[#&](token|once)=([^&]+)/.exec(location.hash) ?? [];
    if (kind !== undefined && text !== undefined) {
      history.replaceState(null, "", location.pathname + location.search);
      const given = decodeURIComponent(text);
      const token = kind === "token" ? given : await tokenFor({ word: given });
      if (token !== null) session.#take(token);
    }
    if (session.current !== null) session.learnt = session.#learnKey();
    return session;
  }

  get token(): string | null {
    return this.current;
  }

  async renew(refused: string | null): Promise<boolean> {
    if (refused !== this.current) return true;
    this.#renewal ??= this.#resume().finally(() => (this.#renewal = null));
    return this.#renewal;
  }

  async #resume(): Promise<boolean> {
    if (this.key === null) return false;
    const challenge = await answerOf<{ challenge?: string }>(SESSION);
    const proof = challenge?.challenge === undefined ? null : await signed(this.key, challenge.challenge);
    const token = proof === null ? null : await tokenFor({ proof });
    if (token === null) return false;
    this.#take(token);
    return true;
  }

  #take(token: string): void {
    this.current = token;
    store(TOKEN, token);
  }

  async #learnKey(): Promise<void> {
    const answer = await answerOf<{ key?: string }>(`${SESSION}/key`, {
      headers: { Authorization: `Bearer ${this.current}` },
    });
    if (answer?.key === undefined) return;
    this.key = answer.key;
    store(KEY, answer.key);
  }
}

/** The token for a word or a proof; none where it does not count, or where nobody answers. */
async function tokenFor(given: { word: string } | { proof: string }): Promise<string | null> {
  const answer = await answerOf<{ token?: string }>(SESSION, { method: "POST", body: JSON.stringify(given) });
  return answer?.token ?? null;
}

async function answerOf<T>(address: string, init?: RequestInit): Promise<T | null> {
  try {
    const response = await fetch(address, { cache: "no-store", ...init });
    return response.ok ? ((await response.json()) as T) : null;
  } catch {
    return null;
  }
}

/** HMAC-SHA-256 in hexadecimal digits; none where the browser signs nothing at this address. */
async function signed(key: string, text: string): Promise<string | null> {
  try {
    const bytes = (one: string) => new TextEncoder().encode(one);
    const algorithm = { name: "HMAC", hash: "SHA-256" };
    const secret = await crypto.subtle.importKey("raw", bytes(key), algorithm, false, ["sign"]);
    const code = await crypto.subtle.sign("HMAC", secret, bytes(text));
    return Array.from(new Uint8Array(code), (byte) => byte.toString(16).padStart(2, "0")).join("");
  } catch {
    return null;
  }
}

function stored(name: string): string | null {
  try {
    return sessionStorage.getItem(name);
  } catch {
    return null;
  }
}

function store(name: string, value: string): void {
  try {
    sessionStorage.setItem(name, value);
  } catch {
    // Storage may be forbidden; the value then lasts as long as the page.
  }
}
