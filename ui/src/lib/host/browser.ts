/** The UI in a browser tab, served by `hookloupe-cli serve`. */
import type { Host } from "./types";

const TOKEN = "hookloupe.token";

/**
 * The token stands in the address, or a word does that counts once and is given for it: a browser
 * keeps the addresses that it opened. It is stored for this tab, and removed from the address.
 */
async function takeToken(): Promise<string | null> {
  const [, kind, text] = /[#&](token|once)=([^&]+)/.exec(location.hash) ?? [];
  if (kind === undefined || text === undefined) return stored();
  history.replaceState(null, "", location.pathname + location.search);
  const token = kind === "token" ? decodeURIComponent(text) : await tokenFor(decodeURIComponent(text));
  if (token === null) return stored();
  try {
    sessionStorage.setItem(TOKEN, token);
  } catch {
    // Storage may be forbidden; the token then lasts as long as the page.
  }
  return token;
}

function stored(): string | null {
  try {
    return sessionStorage.getItem(TOKEN);
  } catch {
    return null;
  }
}

/** The token for a word; none where the word was used, or where nobody answers. */
async function tokenFor(word: string): Promise<string | null> {
  try {
    const response = await fetch("/api/v1/session", { method: "POST", body: JSON.stringify({ word }) });
    const answer = (await response.json()) as { token?: string };
    return answer.token ?? null;
  } catch {
    return null;
  }
}

async function copy(text: string): Promise<void> {
  // The clipboard of the page needs a secure address; loopback is one, and
  // `execCommand` serves all others.
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  if (!done) throw new Error("copy");
}

function save(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
  // Whatever it holds, it is downloaded and never shown.
  const address = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  return Promise.resolve(true);
}

export async function browserHost(): Promise<Host> {
  return {
    kind: "browser",
    token: await takeToken(),
    zoomsItself: true,
    copy,
    save,
    openLog: null,
    open: (url) => {
      window.open(url, "_blank", "noopener,noreferrer");
      return Promise.resolve();
    },
    notify: (title, body) => {
      if ("Notification" in window && Notification.permission === "granted") new Notification(title, { body });
      return Promise.resolve();
    },
    zoom: () => Promise.resolve(),
  };
}
