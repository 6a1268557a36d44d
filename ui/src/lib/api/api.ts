/** Every route the UI uses, one method each. */
import { type ApiClient, told } from "./client";
import { errorFrom } from "./errors";
import type { paths } from "./schema";
import type {
  AccessChange,
  AnswerBody,
  Answering,
  Bot,
  Deleted,
  Exchange,
  ExchangePage,
  FeedEvent,
  GivenAnswer,
  Preview,
  ReplayEdit,
  Settings,
  Status,
  Summary,
  Tunnel,
  TunnelCheck,
  TunnelStart,
} from "./types";

export interface ListQuery {
  limit: number;
  before?: number | undefined;
  after?: number | undefined;
  filter?: string;
  bot?: string | null;
}

export type BodySide = "request" | "response";
export interface BodyQuery {
  decoded?: boolean;
  pretty?: boolean;
  /** First and last byte, both included. */
  range?: [number, number];
}

type StartBody = NonNullable<paths["/api/v1/tunnel/start"]["post"]["requestBody"]>["content"]["application/json"];
type AccessBody = NonNullable<paths["/api/v1/bots/{id}/access"]["put"]["requestBody"]>["content"]["application/json"];

const NO_EDIT = { method: null, path: null, headers: null, body: null, body_base64: null };
const whose = (bot: string | null) => ({ query: bot === null ? {} : { bot } });
const at = (id: string) => ({ path: { id } });
const signalled = (signal?: AbortSignal) => (signal ? { signal } : {});

export class Api {
  constructor(private readonly client: ApiClient) {}

  status = () => told<Status>(this.client.GET("/api/v1/status"));
  settings = () => told<Settings>(this.client.GET("/api/v1/settings"));
  changeSettings = (body: Partial<Settings>) =>
    told<Settings>(this.client.PATCH("/api/v1/settings", { body: body as Settings }));

  list = ({ limit, before, after, filter, bot }: ListQuery, signal?: AbortSignal) => {
    const query = {
      limit,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
      ...(filter ? { filter } : {}),
      ...(bot ? { bot } : {}),
    };
    return told<ExchangePage>(this.client.GET("/api/v1/exchanges", { params: { query }, ...signalled(signal) }));
  };
  events = (after: number, wait_ms: number, signal: AbortSignal) =>
    told<{ next: number; events: FeedEvent[] }>(
      this.client.GET("/api/v1/events", { params: { query: { after, wait_ms } }, signal }),
    );

  exchange = (id: string, signal?: AbortSignal) =>
    told<Exchange>(this.client.GET("/api/v1/exchanges/{id}", { params: at(id), ...signalled(signal) }));
  annotate = (id: string, body: { note?: string; pinned?: boolean }) =>
    told<Summary>(this.client.PATCH("/api/v1/exchanges/{id}", { params: at(id), body }));
  remove = (id: string) => told<Deleted>(this.client.DELETE("/api/v1/exchanges/{id}", { params: at(id) }));
  removeFiltered = (filter: string, bot: string | null) =>
    told<Deleted>(this.client.DELETE("/api/v1/exchanges", { params: { query: { filter, ...whose(bot).query } } }));
  restore = (undo: string) =>
    told<{ restored: number }>(this.client.POST("/api/v1/exchanges/restore", { body: { undo } }));

  answer = (id: string, body: AnswerBody) =>
    told<{ delivered: boolean }>(this.client.POST("/api/v1/exchanges/{id}/answer", { params: at(id), body }));
  preview = (id: string, body: AnswerBody, signal?: AbortSignal) =>
    told<Preview>(this.client.POST("/api/v1/exchanges/{id}/preview", { params: at(id), body, ...signalled(signal) }));
  lastAnswer = (id: string) =>
    told<GivenAnswer>(this.client.GET("/api/v1/exchanges/{id}/last-answer", { params: at(id) }));
  extend = (id: string, seconds: number) =>
    told<{ deadline: string }>(
      this.client.POST("/api/v1/exchanges/{id}/extend", { params: at(id), body: { seconds } }),
    );
  release = (id: string) => told<unknown>(this.client.POST("/api/v1/exchanges/{id}/release", { params: at(id) }));
  releaseAll = (bot: string | null) =>
    told<{ released: number }>(this.client.POST("/api/v1/exchanges/release", { body: { bot } }));
  replay = (id: string, target: string, edit?: ReplayEdit) =>
    told<{ id: string }>(
      this.client.POST("/api/v1/exchanges/{id}/replay", {
        params: at(id),
        body: edit ? { target, edit: { ...NO_EDIT, ...edit } } : { target },
      }),
    );
  sample = (bot: string | null) => told<unknown>(this.client.POST("/api/v1/sample", { body: { bot } }));

  /** A body or a window of it. The answer's headers tell how long the whole is. */
  async body(id: string, side: BodySide, query: BodyQuery, signal?: AbortSignal): Promise<Response> {
    const options = {
      params: {
        ...at(id),
        query: { ...(query.decoded ? { decoded: "1" } : {}), ...(query.pretty ? { pretty: "1" } : {}) },
      },
      ...(query.range ? { headers: { Range: `bytes=${query.range[0]}-${query.range[1]}` } } : {}),
      parseAs: "stream" as const,
      ...signalled(signal),
    };
    const { response, error } = await (side === "request"
      ? this.client.GET("/api/v1/exchanges/{id}/request/body", options)
      : this.client.GET("/api/v1/exchanges/{id}/response/body", options));
    if (!response.ok) throw errorFrom(response.status, error);
    return response;
  }

  format = (text: string) => told<{ text: string }>(this.client.POST("/api/v1/format", { body: { text } }));
  names = (bot: string | null) => told<{ names: string[] }>(this.client.GET("/api/v1/names", { params: whose(bot) }));

  answering = (bot: string | null) => told<Answering>(this.client.GET("/api/v1/answering", { params: whose(bot) }));
  setAnswering = (bot: string | null, body: Answering) =>
    told<Answering>(this.client.PUT("/api/v1/answering", { params: whose(bot), body }));

  bots = () => told<{ bots: Bot[] }>(this.client.GET("/api/v1/bots"));
  createBot = (body: Pick<Bot, "name" | "platform">) => told<Bot>(this.client.POST("/api/v1/bots", { body }));
  changeBot = (id: string, body: Partial<Pick<Bot, "name" | "platform">>) =>
    told<Bot>(this.client.PATCH("/api/v1/bots/{id}", { params: at(id), body }));
  removeBot = (id: string) => told<unknown>(this.client.DELETE("/api/v1/bots/{id}", { params: at(id) }));
  newSecret = (id: string) => told<Bot>(this.client.POST("/api/v1/bots/{id}/secret", { params: at(id) }));
  setAccess = (id: string, body: AccessChange) =>
    told<Bot>(this.client.PUT("/api/v1/bots/{id}/access", { params: at(id), body: body as AccessBody }));

  tunnel = () => told<Tunnel>(this.client.GET("/api/v1/tunnel"));
  startTunnel = (body: TunnelStart) =>
    told<Tunnel>(this.client.POST("/api/v1/tunnel/start", { body: body as StartBody }));
  stopTunnel = () => told<Tunnel>(this.client.POST("/api/v1/tunnel/stop"));
  retryTunnel = () => told<Tunnel>(this.client.POST("/api/v1/tunnel/retry"));
  checkTunnel = () => told<TunnelCheck>(this.client.POST("/api/v1/tunnel/check"));
  acknowledgeAddress = () => told<unknown>(this.client.POST("/api/v1/tunnel/acknowledge"));
  forgetAuthtoken = () => told<unknown>(this.client.DELETE("/api/v1/tunnel/authtoken"));
  sshKey = (anew: boolean) =>
    told<{ public_key: string }>(this.client.POST("/api/v1/tunnel/ssh-key", { body: { anew } }));
}
