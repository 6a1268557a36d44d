/** Rules made out of a turn: of a variable that was clicked, or of the answer that it got. */
import { sentAnswer } from "../answering/other";
import type { Api } from "../api/api";
import type { Exchange, Summary } from "../api/types";
import { quoted } from "../filter/suggest";
import type { Given } from "../stores/drafts.svelte";
import type { Focus } from "../stores/focus.svelte";
import type { Navigation } from "../stores/navigation.svelte";
import { newReply, newRule } from "./fields";
import { conditionFor, conditionsLike, eventCondition } from "./from-turn";
import type { Rules } from "./rules.svelte";

/** Earlier turns of the event that a turn is compared with. */
const OTHERS = 5;

interface Parts {
  focus: Focus;
  navigation: Navigation;
  rules: Rules;
}

function show({ focus, navigation, rules }: Parts): void {
  rules.showBegun();
  navigation.goTo("rules");
  focus.request("ruleName");
}

/** A rule on a variable's value; one that is being written gets the condition. */
export function ruleFromValue(parts: Parts, { event }: Pick<Summary, "event">, path: string, json: string): void {
  const condition = conditionFor(path, json);
  const { begun } = parts.rules;
  begun?.showForm();
  if (begun?.tab === "form") begun.fields.conditions.push(condition);
  else parts.rules.begin(newRule([...eventCondition(event), condition]));
  show(parts);
}

/** The last turns of a turn's event before it. */
async function turnsBefore(api: Api, { bot, event, id, seq }: Exchange): Promise<Exchange[]> {
  if (event === null) return [];
  const page = await api.list({ limit: OTHERS, filter: `event:${quoted(event)}`, bot, before: seq });
  const same = page.exchanges.filter((one) => one.event === event && one.id !== id);
  const read = await Promise.allSettled(same.map((one) => api.exchange(one.id)));
  return read.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
}

/** A rule that gives an answer to turns like this one: the one that was written, else the sent. */
export async function alwaysAnswerSo(api: Api, parts: Parts, id: string, own: Given | null): Promise<void> {
  const { bot } = parts.rules;
  const exchange = await api.exchange(id);
  const [others, given] = await Promise.all([turnsBefore(api, exchange), own ?? sentAnswer(api, exchange)]);
  // Another bot's turn was gone to meanwhile: the rule is none of that bot's.
  if (parts.rules.bot !== bot) return;
  // By hand such an answer went out as JSON.
  const headers = given.headers.some(([name]) => name.trim() !== "") ? given.headers : null;
  const reply = { ...newReply(given.body), status: String(given.status), headers };
  const fields = newRule(conditionsLike(exchange, others), reply);
  fields.name = exchange.event ?? "";
  parts.rules.begin(fields);
  show(parts);
}
