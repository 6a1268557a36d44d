/** Rules made out of a turn: of a variable that was clicked, or of the answer that it got. */
import { isText, sentAnswer } from "../answering/other";
import type { Api } from "../api/api";
import type { Exchange, Summary } from "../api/types";
import type { Selection } from "../controllers/selection.svelte";
import { quoted } from "../filter/suggest";
import { t, type Key } from "../i18n/index.svelte";
import type { Given } from "../stores/drafts.svelte";
import type { Focus } from "../stores/focus.svelte";
import type { Navigation } from "../stores/navigation.svelte";
import type { Program } from "../stores/program.svelte";
import type { Toasts } from "../stores/toasts.svelte";
import type { RuleDraft } from "./draft.svelte";
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

/** Shows a new rule, where its name is missing; of a form that is closed the JSON is written. */
function show({ focus, navigation, rules }: Parts, draft: RuleDraft): void {
  rules.choose(draft);
  navigation.goTo("rules");
  focus.request(draft.tab === "form" ? "ruleName" : "ruleJson");
}

/** A rule on a variable's value; the new one that is being written gets the condition. */
export function ruleFromValue(
  parts: Parts,
  { bot, event }: Pick<Summary, "bot" | "event">,
  path: string,
  json: string,
): void {
  const condition = conditionFor(path, json);
  const { begun } = parts.rules;
  const joined = begun?.bot === bot ? begun : null;
  joined?.showForm();
  if (joined?.tab === "form") {
    joined.fields.conditions.push(condition);
    show(parts, joined);
  } else show(parts, parts.rules.begin(bot, newRule([...eventCondition(event), condition])));
}

/** The last turns of a turn's event before it. */
async function turnsBefore(api: Api, { bot, event, id, seq }: Exchange): Promise<Exchange[]> {
  if (event === null) return [];
  const page = await api.list({ limit: OTHERS, filter: `event:${quoted(event)}`, bot, before: seq });
  const same = page.exchanges.filter((one) => one.event === event && one.id !== id);
  const read = await Promise.allSettled(same.map((one) => api.exchange(one.id)));
  return read.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
}

/** Why the answer of a turn is none that a rule could give; `null` where it is one. */
export function whyNoRule({ fault, response, state, status }: Exchange): Key | null {
  if (fault != null) return "rule.noAnswerFault";
  if (response === null || status === null)
    return state === "abandoned" || state === "failed" ? "rule.noAnswerLeft" : "rule.noAnswerYet";
  if (isText({ response })) return null;
  if (response.body.truncated) return "rule.answerCut";
  return response.body.kind === "binary" ? "rule.answerBinary" : "rule.answerLong";
}

type TurnParts = Parts & { program: Pick<Program, "bots">; selection: Selection; toasts: Toasts };

/** A rule that gives an answer to turns like this one: the one that was written, else the sent. */
export async function alwaysAnswerSo(api: Api, parts: TurnParts, id: string, own: Given | null): Promise<void> {
  const { navigation, program, rules, selection, toasts } = parts;
  const exchange = await api.exchange(id);
  const why = own === null ? whyNoRule(exchange) : null;
  if (why !== null) return toasts.info(() => t(why));
  const [others, given] = await Promise.all([turnsBefore(api, exchange), own ?? sentAnswer(api, exchange)]);
  // By hand such an answer went out as JSON.
  const headers = given.headers.some(([name]) => name.trim() !== "") ? given.headers : null;
  const reply = { ...newReply(given.body), status: String(given.status), headers };
  const fields = newRule(conditionsLike(exchange, others), reply);
  fields.name = exchange.event ?? "";
  const draft = rules.begin(exchange.bot, fields);
  // Whoever has gone on meanwhile is not taken away from there.
  const stays = navigation.shows("exchanges") && selection.row?.id === id;
  if (stays && rules.bot === exchange.bot) return show(parts, draft);
  const open = {
    label: () => t("rule.open"),
    // The bot in sight may be another one by then, whose list has no such draft.
    run: () => {
      if (rules.bot === exchange.bot) show(parts, draft);
      else toasts.info(begun);
    },
  };
  const begun = () => {
    const { bot, event } = exchange;
    const whose = rules.bot === bot ? null : program.bots.find(({ id }) => id === bot)?.name;
    const words = event === null ? t("rule.begunNoEvent") : t("rule.begun", { event });
    return whose === null ? words : `${words} ${t("rule.begunOf", { bot: whose ?? "" })}`;
  };
  toasts.info(begun, rules.bot === exchange.bot ? open : undefined);
}
