/** The UI in a browser tab, served by `hookloupe-cli serve`. */
import type { Host } from "./types";

const TOKEN = "hookloupe.token";

/** The token stands in the address once; it is stored for this tab and removed from the address. */
function takeToken(): string | null {
  const found = /[#&]token=([^&]+)/.exec(location.hash)?.[1];
  try {
    if (found === undefined) return sessionStorage.getItem(TOKEN);
    sessionStorage.setItem(TOKEN, decodeURIComponent(found));
  } catch {
    // Storage may be forbidden; the token then lasts as long as the page.
  }
  if (found === undefined) return null;
  history.replaceState(null, "", location.pathname + location.search);
  return decodeURIComponent(found);
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

export function browserHost(): Host {
  return {
    kind: "browser",
    token: takeToken(),
    zoomsItself: true,
    copy,
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
