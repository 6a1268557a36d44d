/** The UI in the app's own window: the only file that names the window's packages. */
import { invoke } from "@tauri-apps/api/core";
import { getCurrentWebview } from "@tauri-apps/api/webview";
import { writeText } from "@tauri-apps/plugin-clipboard-manager";
import { isPermissionGranted, requestPermission, sendNotification } from "@tauri-apps/plugin-notification";
import { openUrl } from "@tauri-apps/plugin-opener";

import { CannotOpen, type Host } from "./types";

export function windowHost(): Host {
  return {
    kind: "window",
    session: null,
    zoomsItself: false,
    copy: (text) => writeText(text),
    // A header holds ASCII alone.
    save: (name, bytes) => invoke<boolean>("save_file", bytes, { headers: { name: encodeURIComponent(name) } }),
    openLog: () => invoke("open_log"),
    open: (url) =>
      openUrl(url).catch((cause: unknown) => {
        throw new CannotOpen(url, { cause });
      }),
    notify: async (title, body) => {
      const allowed = (await isPermissionGranted()) || (await requestPermission()) === "granted";
      if (allowed) sendNotification({ title, body });
    },
    zoom: (factor) => getCurrentWebview().setZoom(factor),
  };
}
