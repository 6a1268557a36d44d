/** The UI in the app's own window: the only file that names the window's packages. */
import { getCurrentWebview } from "@tauri-apps/api/webview";
import { writeText } from "@tauri-apps/plugin-clipboard-manager";
import { isPermissionGranted, requestPermission, sendNotification } from "@tauri-apps/plugin-notification";
import { openUrl } from "@tauri-apps/plugin-opener";

import type { Host } from "./types";

export function windowHost(): Host {
  return {
    kind: "window",
    token: null,
    zoomsItself: false,
    copy: (text) => writeText(text),
    open: (url) => openUrl(url),
    notify: async (title, body) => {
      const allowed = (await isPermissionGranted()) || (await requestPermission()) === "granted";
      if (allowed) sendNotification({ title, body });
    },
    zoom: (factor) => getCurrentWebview().setZoom(factor),
  };
}
