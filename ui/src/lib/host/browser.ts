/** The UI in a browser tab, served by `hookloupe-cli serve`. */
import { Session } from "./session";
import type { Host } from "./types";

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
    session: await Session.begin(),
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
