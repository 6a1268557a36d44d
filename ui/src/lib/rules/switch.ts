/** Switches a rule on or off as the program has it by now; the list in sight may be older. */
import type { Api } from "../api/api";
import { listingOf, switched } from "./listed";

export async function switchRule(api: Api, bot: string | null, id: string): Promise<void> {
  const rule = listingOf(await api.rules(bot)).rules.find((one) => one.id === id);
  if (rule) await api.putRule(bot, id, switched(rule));
}
