/** Every route the UI uses, one method each. */
import { type ApiClient, done, type ReadBytes, readBytes, unwrap } from "./client";
import { ApiError } from "./errors";
import type {
  AccessChange,
  AnswerBody,
  BodyInfo,
  BotChange,
  ChannelText,
  NewAnswering,
  NewBot,
  NewReplayRun,
  PathSample,
  Platform,
  PlatformChoice,
  ReplayEdit,
  Rule,
  SettingsPatch,
  Simulation,
  Side,
  ToCompare,
  TunnelStart,
} from "./types";

export interface ListQuery {
  limit: number;
  before?: number | undefined;
  after?: number | undefined;
  filter?: string;
  bot?: string | null;
}

export interface VersionsQuery {
  bot: string;
  event: string | null;
  limit: number;
  before: number | null;
}

export interface BodyQuery {
  decoded?: boolean;
  pretty?: boolean;
  /** First and last byte, both included. */
  range?: [number, number];
}

const botQuery = (bot: string | null) => ({ query: bot === null ? {} : { bot } });
const pathOf = (id: string) => ({ path: { id } });
const signalled = (signal?: AbortSignal) => (signal ? { signal } : {});

/** What the client's types ask for in the place of a rule's text, which goes out. */
const ANY_RULE: Rule = {
  version: 1,
  name: "",
  enabled: true,
  scope: "user",
  when: { all: [] },
  then: { fault: { kind: "close" } },
};
const asText = (json: string) => ({ body: ANY_RULE, bodySerializer: () => json });

export class Api {
  constructor(private readonly client: ApiClient) {}

  status = () => unwrap(this.client.GET("/api/v1/status"));
  settings = () => unwrap(this.client.GET("/api/v1/settings"));
  changeSettings = (body: SettingsPatch) => unwrap(this.client.PATCH("/api/v1/settings", { body }));

  list = ({ limit, before, after, filter, bot }: ListQuery, signal?: AbortSignal) => {
    const query = {
      limit,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
      ...(filter ? { filter } : {}),
      ...(bot ? { bot } : {}),
    };
    return unwrap(this.client.GET("/api/v1/exchanges", { params: { query }, ...signalled(signal) }));
  };
  /** How many exchanges a filter finds. */
  count = (filter: string, bot: string | null, signal: AbortSignal) =>
    unwrap(
      this.client.GET("/api/v1/exchanges/count", { params: { query: { filter, ...botQuery(bot).query } }, signal }),
    );
  /** The feed's newest position. */
  feedPosition = async () => (await this.list({ limit: 1 })).seq;
  events = (after: number, wait_ms: number, signal: AbortSignal) =>
    unwrap(this.client.GET("/api/v1/events", { params: { query: { after, wait_ms } }, signal }));

  exchange = (id: string, signal?: AbortSignal) =>
    unwrap(this.client.GET("/api/v1/exchanges/{id}", { params: pathOf(id), ...signalled(signal) }));
  /** Those of a user, newest first, or the one that a turn belongs to. */
  conversations = (query: { bot: string; user: string; limit: number } | { turn: string }) =>
    unwrap(this.client.GET("/api/v1/conversations", { params: { query } }));
  conversation = (id: string) => unwrap(this.client.GET("/api/v1/conversations/{id}", { params: pathOf(id) }));
  conversationMatrix = (id: string) =>
    unwrap(this.client.GET("/api/v1/conversations/{id}/matrix", { params: pathOf(id) }));
  why = (id: string, name: string, signal: AbortSignal) =>
    unwrap(this.client.GET("/api/v1/exchanges/{id}/why", { params: { ...pathOf(id), query: { name } }, signal }));
  replayMany = (body: NewReplayRun) => unwrap(this.client.POST("/api/v1/replays", { body }));
  replayRun = (id: string) => unwrap(this.client.GET("/api/v1/replays/{id}", { params: pathOf(id) }));
  stopRun = (id: string) => unwrap(this.client.DELETE("/api/v1/replays/{id}", { params: pathOf(id) }));
  resumeRun = (id: string) => unwrap(this.client.POST("/api/v1/replays/{id}/resume", { params: pathOf(id) }));
  compare = (body: ToCompare, signal?: AbortSignal) =>
    unwrap(this.client.POST("/api/v1/compare", { body, ...signalled(signal) }));
  annotate = (id: string, body: { note?: string; pinned?: boolean; platform?: PlatformChoice }) =>
    unwrap(this.client.PATCH("/api/v1/exchanges/{id}", { params: pathOf(id), body }));
  remove = (id: string) => unwrap(this.client.DELETE("/api/v1/exchanges/{id}", { params: pathOf(id) }));
  removeEach = (ids: string[]) => unwrap(this.client.POST("/api/v1/exchanges/delete", { body: { ids } }));
  removeFiltered = (filter: string, bot: string | null) =>
    unwrap(this.client.DELETE("/api/v1/exchanges", { params: { query: { filter, ...botQuery(bot).query } } }));
  restore = (undo: string) => unwrap(this.client.POST("/api/v1/exchanges/restore", { body: { undo } }));

  answer = (id: string, body: AnswerBody) =>
    unwrap(this.client.POST("/api/v1/exchanges/{id}/answer", { params: pathOf(id), body }));
  preview = (id: string, body: AnswerBody, signal?: AbortSignal) =>
    unwrap(this.client.POST("/api/v1/exchanges/{id}/preview", { params: pathOf(id), body, ...signalled(signal) }));
  lastAnswer = (id: string) => unwrap(this.client.GET("/api/v1/exchanges/{id}/last-answer", { params: pathOf(id) }));
  /** What was answered, newest first, equal answers as one; `null`: all events, from the newest. */
  answerVersions = ({ bot, event, limit, before }: VersionsQuery) => {
    const query = {
      bot,
      limit,
      ...(event === null ? {} : { event }),
      ...(before === null ? {} : { before }),
    };
    return unwrap(this.client.GET("/api/v1/answers", { params: { query } }));
  };
  extend = (id: string, seconds: number) =>
    unwrap(this.client.POST("/api/v1/exchanges/{id}/extend", { params: pathOf(id), body: { seconds } }));
  release = (id: string) => done(this.client.POST("/api/v1/exchanges/{id}/release", { params: pathOf(id) }));
  releaseAll = (bot: string | null) => unwrap(this.client.POST("/api/v1/exchanges/release", { body: { bot } }));
  /** Sends a request again: `edit` says what of it is different, `answer` what it gets here. */
  replay = (id: string, target: string, more: { edit?: ReplayEdit; answer?: AnswerBody } = {}) =>
    unwrap(this.client.POST("/api/v1/exchanges/{id}/replay", { params: pathOf(id), body: { target, ...more } }));
  lateDeliver = (id: string, names: string[]) =>
    unwrap(this.client.POST("/api/v1/exchanges/{id}/late/deliver", { params: pathOf(id), body: { names } }));
  lateWithdraw = (id: string) =>
    unwrap(this.client.DELETE("/api/v1/exchanges/{id}/late/deliver", { params: pathOf(id) }));
  lateStop = (id: string) => unwrap(this.client.DELETE("/api/v1/exchanges/{id}/late", { params: pathOf(id) }));
  /** A notice that stays until a person has read it. */
  putAway = (id: string) => done(this.client.DELETE("/api/v1/notices/{id}", { params: pathOf(id) }));
  sample = (bot: string | null) => done(this.client.POST("/api/v1/sample", { body: { bot } }));

  /** A body or a window of it, read to its end. The headers say how long the whole is. */
  body(id: string, side: Side, query: BodyQuery, signal?: AbortSignal): Promise<ReadBytes> {
    const options = {
      params: {
        ...pathOf(id),
        query: {
          ...(query.decoded ? { decoded: "1" as const } : {}),
          ...(query.pretty ? { pretty: "1" as const } : {}),
        },
      },
      ...(query.range ? { headers: { Range: `bytes=${query.range[0]}-${query.range[1]}` } } : {}),
      parseAs: "arrayBuffer" as const,
      ...signalled(signal),
    };
    return readBytes(this.client.GET(`/api/v1/exchanges/{id}/${side}/body`, options));
  }

  /** A body as text; JSON is laid out for reading, if it is JSON after all. */
  async text(id: string, side: Side, kind: BodyInfo["kind"] = "text"): Promise<string> {
    const decoded = () => this.body(id, side, { decoded: true });
    const isNotJson = (error: unknown) => error instanceof ApiError && error.code === "not_json";
    const read =
      kind === "json"
        ? this.body(id, side, { pretty: true }).catch((error: unknown) => {
            if (isNotJson(error)) return decoded();
            throw error;
          })
        : decoded();
    return new TextDecoder().decode((await read).bytes);
  }

  format = (text: string, signal?: AbortSignal) =>
    unwrap(this.client.POST("/api/v1/format", { body: { text }, ...signalled(signal) }));
  playedUsers = (bot: string | null) => unwrap(this.client.GET("/api/v1/simulator/users", { params: botQuery(bot) }));
  /** As text: its variables keep their digits. */
  playedUser = (bot: string | null, user: string) =>
    unwrap(
      this.client.GET("/api/v1/simulator/users/{id}", {
        params: { ...pathOf(user), ...botQuery(bot) },
        parseAs: "text",
      }),
    );
  setPlayedUser = (bot: string | null, user: string, variables: string) =>
    done(
      this.client.PUT("/api/v1/simulator/users/{id}", {
        params: { ...pathOf(user), ...botQuery(bot) },
        body: { variables: {} },
        bodySerializer: () => `{"variables":${variables}}`,
      }),
    );
  forgetPlayedUser = (bot: string | null, user: string) =>
    done(this.client.DELETE("/api/v1/simulator/users/{id}", { params: { ...pathOf(user), ...botQuery(bot) } }));
  playFrom = (bot: string | null, user: string, exchange: string) =>
    done(
      this.client.POST("/api/v1/simulator/users/{id}/from", {
        params: { ...pathOf(user), ...botQuery(bot) },
        body: { exchange },
      }),
    );
  stepBack = (bot: string | null, user: string) =>
    done(
      this.client.POST("/api/v1/simulator/users/{id}/back", {
        params: { ...pathOf(user), ...botQuery(bot) },
        body: { turns: 1 },
      }),
    );
  branchPlayedUser = (bot: string | null, user: string, as: string) =>
    done(
      this.client.POST("/api/v1/simulator/users/{id}/branch", {
        params: { ...pathOf(user), ...botQuery(bot) },
        body: { as },
      }),
    );
  simulate = (bot: string | null, body: Simulation) =>
    done(this.client.POST("/api/v1/simulate", { params: botQuery(bot), body }));

  /** A call in a platform's name; both ways as text, for its values keep their digits. */
  simulateCall = (bot: string | null, platform: Platform, call: string) =>
    unwrap(
      this.client.POST("/api/v1/simulate", {
        params: botQuery(bot),
        body: { platform },
        bodySerializer: () => call,
        parseAs: "text",
      }),
    );
  stopSimulation = (id: string) => done(this.client.DELETE("/api/v1/simulate/{id}", { params: pathOf(id) }));

  names = (bot: string | null) => unwrap(this.client.GET("/api/v1/names", { params: botQuery(bot) }));

  answering = (bot: string | null) => unwrap(this.client.GET("/api/v1/answering", { params: botQuery(bot) }));
  setAnswering = (bot: string | null, body: NewAnswering) =>
    unwrap(this.client.PUT("/api/v1/answering", { params: botQuery(bot), body }));

  /** Rules go both ways as text: numbers in their conditions have digits that no number holds. */
  rules = (bot: string | null) => unwrap(this.client.GET("/api/v1/rules", { params: botQuery(bot), parseAs: "text" }));
  addRule = (bot: string | null, rule: string) =>
    unwrap(this.client.POST("/api/v1/rules", { params: botQuery(bot), ...asText(rule) }));
  putRule = (bot: string | null, id: string, rule: string) =>
    unwrap(
      this.client.PUT("/api/v1/rules/{id}", {
        params: { ...pathOf(id), ...botQuery(bot) },
        ...asText(rule),
        parseAs: "text",
      }),
    );
  removeRule = (bot: string | null, id: string) =>
    done(this.client.DELETE("/api/v1/rules/{id}", { params: { ...pathOf(id), ...botQuery(bot) } }));
  orderRules = (bot: string | null, ids: string[]) =>
    done(this.client.PUT("/api/v1/rules/order", { params: botQuery(bot), body: { ids } }));
  ruleState = (bot: string | null, id: string) =>
    unwrap(this.client.GET("/api/v1/rules/{id}/state", { params: { ...pathOf(id), ...botQuery(bot) } }));
  previewRule = (bot: string | null, rule: string, last: number, signal: AbortSignal) => {
    const bodySerializer = () => `{"rule":${rule},"last":${last}}`;
    const options = { params: botQuery(bot), body: { rule: ANY_RULE }, bodySerializer, signal };
    return unwrap(this.client.POST("/api/v1/rules/preview", options));
  };
  /** As text: what conditions met keeps its digits. */
  tryRule = (rule: string, turn: string, signal: AbortSignal) => {
    const bodySerializer = () => `{"rule":${rule},"exchange_id":${JSON.stringify(turn)}}`;
    const body = { rule: ANY_RULE, exchange_id: turn };
    const options = { body, bodySerializer, signal, parseAs: "text" } as const;
    return unwrap(this.client.POST("/api/v1/rules/preview/turn", options));
  };
  explainRules = (id: string) =>
    unwrap(this.client.POST("/api/v1/rules/explain", { body: { exchange_id: id }, parseAs: "text" }));
  resetRule = (bot: string | null, id: string, key: string | null) =>
    done(
      this.client.DELETE("/api/v1/rules/{id}/state", {
        params: { ...pathOf(id), query: { ...botQuery(bot).query, ...(key === null ? {} : { key }) } },
      }),
    );

  patience = (bot: string | null) => unwrap(this.client.GET("/api/v1/patience", { params: botQuery(bot) }));
  probe = (bot: string, seconds: number) =>
    unwrap(this.client.POST("/api/v1/patience/probe", { params: botQuery(bot), body: { seconds } }));
  endProbe = (bot: string) => done(this.client.DELETE("/api/v1/patience/probe", { params: botQuery(bot) }));
  forgetPatience = (bot: string, platform: Platform) =>
    done(this.client.DELETE("/api/v1/patience", { params: { query: { bot, platform } } }));

  bots = () => unwrap(this.client.GET("/api/v1/bots"));
  createBot = (body: NewBot) => unwrap(this.client.POST("/api/v1/bots", { body }));
  changeBot = (id: string, body: BotChange) =>
    unwrap(this.client.PATCH("/api/v1/bots/{id}", { params: pathOf(id), body }));
  removeBot = (id: string) => done(this.client.DELETE("/api/v1/bots/{id}", { params: pathOf(id) }));
  newSecret = (id: string) => unwrap(this.client.POST("/api/v1/bots/{id}/secret", { params: pathOf(id) }));
  setAccess = (id: string, body: AccessChange) =>
    unwrap(this.client.PUT("/api/v1/bots/{id}/access", { params: pathOf(id), body }));

  platforms = () => unwrap(this.client.GET("/api/v1/platforms"));
  /** As text: an object's members keep their order. */
  readForm = (id: string) =>
    unwrap(this.client.POST("/api/v1/forms/read", { body: { exchange_id: id }, parseAs: "text" }));
  /** What a text becomes; the variables go as text, so that numbers keep their digits. */
  fillTemplate = (platform: Platform, text: string, variables: string, signal: AbortSignal) => {
    const bodySerializer = () =>
      `{"platform":${JSON.stringify(platform)},"text":${JSON.stringify(text)},"variables":${variables}}`;
    return unwrap(
      this.client.POST("/api/v1/paths/evaluate", { body: { platform, text, variables: {} }, bodySerializer, signal }),
    );
  };
  previewChannel = (platform: Platform, body: ChannelText, signal: AbortSignal) =>
    unwrap(this.client.POST("/api/v1/preview/{id}", { params: pathOf(platform), body, signal }));
  parsePaths = (body: PathSample, signal?: AbortSignal) =>
    unwrap(this.client.POST("/api/v1/paths/parse", { body, ...signalled(signal) }));

  tunnel = () => unwrap(this.client.GET("/api/v1/tunnel"));
  startTunnel = (body: TunnelStart) => unwrap(this.client.POST("/api/v1/tunnel/start", { body }));
  stopTunnel = () => unwrap(this.client.POST("/api/v1/tunnel/stop"));
  retryTunnel = () => unwrap(this.client.POST("/api/v1/tunnel/retry"));
  checkTunnel = () => unwrap(this.client.POST("/api/v1/tunnel/check"));
  acknowledgeAddress = () => done(this.client.POST("/api/v1/tunnel/acknowledge"));
  forgetAuthtoken = () => done(this.client.DELETE("/api/v1/tunnel/authtoken"));
  sshKey = (anew: boolean) => unwrap(this.client.POST("/api/v1/tunnel/ssh-key", { body: { anew } }));
}
