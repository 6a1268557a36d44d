import { afterAll, describe, expect, test } from "vitest";

import { ENUMS } from "../api/values";
import { t, words } from "../i18n/index.svelte";
import {
  answerStatement,
  type Facts,
  hostOf,
  lastSpan,
  overStatement,
  refusalStatement,
  tagStatement,
  wentToAddress,
} from "./statements";

const HOST = "127.0.0.1:18777";
const UNTAKEN = { merged: false, reason: "not_json" } as const;
const LANGUAGES = ["ru", "en"] as const;
/** Every combination that the vocabularies of the API allow, whether or not it happens today. */
const EVERY: Facts[] = ENUMS.Source.flatMap((source) =>
  ENUMS.State.flatMap((state) =>
    [null, ...ENUMS.AnsweredBy].flatMap((answered_by) =>
      [null, ...ENUMS.FailureCode].map((failure_code) => ({ source, state, answered_by, failure_code })),
    ),
  ),
);
const said = (facts: Facts) => {
  const answer = answerStatement(facts, HOST);
  const refusal = refusalStatement(facts, UNTAKEN, "NOT-JSON");
  const tag = tagStatement(facts);
  return {
    answer: t(answer.key, answer.values),
    refusal: refusal === null ? "" : t(refusal.key, refusal.values),
    tag: tag === null ? "" : t(tag.key),
    span: t(lastSpan(facts, 1, 2)),
    over: t(overStatement(facts), { time: "12:00:00" }),
  };
};
afterAll(() => words.use("ru"));

describe.each(LANGUAGES)("in %s", (language) => {
  test("every combination has whole sentences", () => {
    words.use(language);
    for (const facts of EVERY) {
      const all = said(facts);
      expect(all.answer, JSON.stringify(facts)).not.toBe("");
      for (const text of Object.values(all)) expect(text, JSON.stringify(facts)).not.toMatch(/\{\{|^\w+\.\w+$/);
    }
  });
  test("an answer that came is never called absent, and one that did not come is never called given", () => {
    words.use(language);
    const given = new Set(
      ENUMS.AnsweredBy.map((by) => answerStatement(facts("webhook", "answered", by), HOST).key).map((key) => t(key)),
    );
    for (const one of EVERY) {
      const { answer } = said(one);
      if (one.state === "answered") expect(answer).not.toMatch(/не |No answer|could not|did not/);
      else expect(given.has(answer), JSON.stringify(one)).toBe(false);
    }
  });
  test("nothing is said of a bot where none waited", () => {
    words.use(language);
    for (const one of EVERY.filter(wentToAddress)) {
      const { answer, tag, span } = said(one);
      expect(`${answer} ${tag} ${span}`).not.toMatch(/бот|bot|left|отключ/i);
      if (one.state === "failed") expect(said(one).refusal, JSON.stringify(one)).toBe("");
    }
  });
});

const facts = (
  source: Facts["source"],
  state: Facts["state"],
  answered_by: Facts["answered_by"] = null,
  failure_code: Facts["failure_code"] = null,
): Facts => ({ source, state, answered_by, failure_code });

test.each([
  [
    "a replay that an address answered",
    facts("replay", "answered"),
    "Ответил 127.0.0.1:18777",
    "",
    "Ждали ответа с адреса",
  ],
  [
    "a replay that could not be sent",
    facts("replay", "failed", null, "refused"),
    "Не удалось отправить на 127.0.0.1:18777",
    "не отправлен",
    "Ждали ответа с адреса",
  ],
  [
    "a replay to an address that said nothing",
    facts("replay", "failed", null, "timed_out"),
    "127.0.0.1:18777 не ответил",
    "нет ответа",
    "Ждали ответа с адреса",
  ],
  [
    "a replay whose answer broke off",
    facts("replay", "failed", null, "answer_cut"),
    "Ответ 127.0.0.1:18777 пришёл не целиком",
    "не целиком",
    "Ждали ответа с адреса",
  ],
  [
    "a rule's call that an address answered",
    facts("callback", "answered"),
    "Ответил 127.0.0.1:18777",
    "",
    "Ждали ответа с адреса",
  ],
  [
    "a rule's call that could not be sent",
    facts("callback", "failed", null, "refused"),
    "Не удалось отправить на 127.0.0.1:18777",
    "не отправлен",
    "Ждали ответа с адреса",
  ],
  [
    "a replay through the app itself",
    facts("replay", "answered", "default"),
    "Ответ по умолчанию",
    "по умолчанию",
    "Ответ записан и передан",
  ],
  ["a hold that ran out", facts("webhook", "answered", "fallback"), "Ушёл запасной ответ", "запасной", "Ждал человека"],
  ["an answer by hand", facts("tunnel", "answered", "hand"), "Ответили вручную", "вручную", "Ждал человека"],
  [
    "a bot that left while it was held",
    facts("webhook", "abandoned", null, "caller_left"),
    "Бот отключился, не дождавшись ответа",
    "отключился",
    "Ждал человека",
  ],
  [
    "a held turn of a program that was killed",
    facts("webhook", "failed", null, "process_ended"),
    "Ответ не дошёл",
    "сбой",
    "До конца обмена",
  ],
  [
    "an answer by hand that could not be written",
    facts("webhook", "failed", "hand", "write_failed"),
    "Ответ не дошёл",
    "сбой",
    "До конца обмена",
  ],
  [
    "a request that the app refused",
    facts("webhook", "answered"),
    "Hookloupe отклонил запрос",
    "",
    "Ответ записан и передан",
  ],
])("%s is told so", (_, one, answer, tag, span) => {
  words.use("ru");
  expect(said(one)).toMatchObject({ answer, tag, span });
});

test("a turn that ended under an editor says what went out instead", () => {
  words.use("ru");
  expect(said(facts("webhook", "answered", "fallback")).over).toBe(
    "Запасной ответ ушёл в 12:00:00. Черновик остаётся у вас.",
  );
  expect(said(facts("webhook", "abandoned")).over).toMatch(/^Отправитель отключился в 12:00:00/);
  expect(said(facts("webhook", "answered", "hand")).over).toMatch(/^Другой ответ ушёл/);
});
test("an answer that a bot does not take is told of its sender", () => {
  const refusal = (one: Facts) => refusalStatement(one, UNTAKEN, "")?.key ?? null;
  expect(refusal(facts("webhook", "answered", "hand"))).toBe("outcome.refused");
  expect(refusal(facts("replay", "answered", "default"))).toBe("outcome.refusedReplay");
  expect(refusal(facts("webhook", "held"))).toBe("outcome.refusedHeld");
  expect(refusal(facts("webhook", "failed", null, "process_ended"))).toBe("outcome.notDelivered");
  expect(refusalStatement(facts("webhook", "answered", "hand"), { merged: true, reason: null }, "")).toBeNull();
});
test("the address of a replay is the one it was sent to", () => {
  const request = {
    headers: [
      ["Accept", "*/*"],
      ["Host", HOST],
    ],
  };
  expect(hostOf({ request } as unknown as Parameters<typeof hostOf>[0])).toBe(HOST);
});

test("of a replay answered by hand it is not said whether it waited: it may have brought its answer", () => {
  for (const ended of [2, 4000]) expect(lastSpan(facts("replay", "answered", "hand"), 1, ended)).toBe("timing.byHand");
  expect(lastSpan(facts("replay", "answered", "fallback"), 1, 2)).toBe("timing.held");
  expect(lastSpan(facts("webhook", "answered", "hand"), 1, 2)).toBe("timing.held");
});

test("a late answer is told in the row: that it came, that it went out later, and with what", () => {
  words.use("ru");
  const fallback = facts("webhook", "answered", "fallback");
  expect(tagStatement({ ...fallback, late_after_ms: 58_200 })).toEqual({
    key: "list.lateTag",
    ms: 58_200,
    look: "warn",
  });
  expect(tagStatement({ ...fallback, late_after_ms: 1, delivered_with: "x" })?.key).toBe("list.deliveredTag");
  expect(tagStatement({ ...facts("webhook", "answered", "rule"), carried: "x" })?.key).toBe("list.carriedTag");
  expect(tagStatement({ ...fallback, late_after_ms: null, delivered_with: null, carried: null })?.key).toBe(
    "by.fallback",
  );
});
test("where the developer's own server was waited for, no person was", () => {
  expect(lastSpan(facts("webhook", "answered", "fallback"), 1, 2, true)).toBe("timing.server");
  expect(lastSpan(facts("webhook", "answered", "hand"), 1, 2, true), "a person answered after all").toBe("timing.held");
});

test("a call of a rule is answered by the server that it went to, or not sent there", () => {
  words.use("en");
  expect(said(facts("callback", "answered", null)).answer).toBe(`Answered by ${HOST}`);
  expect(said(facts("callback", "failed", null, "refused")).answer).toBe(`Could not be sent to ${HOST}`);
  expect(said(facts("callback", "failed", null, "refused")).tag).toBe(
    said(facts("replay", "failed", null, "refused")).tag,
  );
});
