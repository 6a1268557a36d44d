/** Copies a text and says so, or says that it could not. */
import type { Host } from "../host/types";
import { t } from "../i18n/index.svelte";
import type { Toasts } from "./toasts.svelte";

export class Clipboard {
  constructor(
    private readonly host: Host,
    private readonly toasts: Toasts,
  ) {}

  async copy(text: string, confirmation: () => string = () => t("common.copied")): Promise<void> {
    try {
      await this.host.copy(text);
      this.toasts.info(confirmation);
    } catch {
      this.toasts.info(() => t("common.copyFailed"));
    }
  }
}
