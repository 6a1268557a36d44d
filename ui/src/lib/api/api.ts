/** Every route the UI uses, one method each. */
import type { Http } from "./http";
import type {
  AnswerBody,
  Answering,
  Bot,
  Deleted,
  Exchange,
  ExchangePage,
  FeedEvent,
  Preview,
  ReplayEdit,
  Settings,
  Status,
  Summary,
} from "./types";

const V1 = "/api/v1";

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

export class Api {
  constructor(private readonly http: Http) {}

  status = (): Promise<Status> => this.http.json("GET", `${V1}/status`);
  settings = (): Promise<Settings> => this.http.json("GET", `${V1}/settings`);
  changeSettings = (change: Partial<Settings>): Promise<Settings> =>
    this.http.json("PATCH", `${V1}/settings`, { body: change });

  list = (query: ListQuery, signal?: AbortSignal): Promise<ExchangePage> =>
    this.http.json("GET", `${V1}/exchanges`, { query: { ...query }, signal });
  events = (after: number, wait_ms: number, signal: AbortSignal): Promise<{ next: number; events: FeedEvent[] }> =>
    this.http.json("GET", `${V1}/events`, { query: { after, wait_ms }, signal });

  exchange = (id: string, signal?: AbortSignal): Promise<Exchange> =>
    this.http.json("GET", `${V1}/exchanges/${id}`, { signal });
  annotate = (id: string, change: { note?: string; pinned?: boolean }): Promise<Summary> =>
    this.http.json("PATCH", `${V1}/exchanges/${id}`, { body: change });
  remove = (id: string): Promise<Deleted> => this.http.json("DELETE", `${V1}/exchanges/${id}`);
  removeFiltered = (filter: string, bot: string | null): Promise<Deleted> =>
    this.http.json(
      "DELETE",
      `${V1}/exchanges?filter=${encodeURIComponent(filter)}${bot === null ? "" : `&bot=${bot}`}`,
    );
  restore = (undo: string): Promise<{ restored: number }> =>
    this.http.json("POST", `${V1}/exchanges/restore`, { body: { undo } });

  answer = (id: string, answer: AnswerBody): Promise<{ delivered: boolean }> =>
    this.http.json("POST", `${V1}/exchanges/${id}/answer`, { body: answer });
  preview = (id: string, answer: AnswerBody, signal?: AbortSignal): Promise<Preview> =>
    this.http.json("POST", `${V1}/exchanges/${id}/preview`, { body: answer, signal });
  lastAnswer = (id: string): Promise<Required<AnswerBody>> =>
    this.http.json("GET", `${V1}/exchanges/${id}/last-answer`);
  extend = (id: string, seconds: number): Promise<{ deadline: string }> =>
    this.http.json("POST", `${V1}/exchanges/${id}/extend`, { body: { seconds } });
  release = (id: string): Promise<unknown> => this.http.json("POST", `${V1}/exchanges/${id}/release`);
  releaseAll = (bot: string | null): Promise<{ released: number }> =>
    this.http.json("POST", `${V1}/exchanges/release`, { body: bot === null ? {} : { bot } });
  replay = (id: string, target: string, edit?: ReplayEdit): Promise<{ id: string }> =>
    this.http.json("POST", `${V1}/exchanges/${id}/replay`, { body: edit ? { target, edit } : { target } });
  sample = (bot: string | null): Promise<unknown> =>
    this.http.json("POST", `${V1}/sample`, { body: bot === null ? {} : { bot } });

  /** A body or a window of it. The answer's headers tell how long the whole is. */
  body(id: string, side: BodySide, query: BodyQuery, signal?: AbortSignal): Promise<Response> {
    return this.http.checked("GET", `${V1}/exchanges/${id}/${side}/body`, {
      query: { decoded: query.decoded ? 1 : null, pretty: query.pretty ? 1 : null },
      headers: query.range ? { Range: `bytes=${query.range[0]}-${query.range[1]}` } : {},
      signal,
    });
  }

  format = (text: string): Promise<{ text: string }> => this.http.json("POST", `${V1}/format`, { body: { text } });
  names = (bot: string | null): Promise<{ names: string[] }> =>
    this.http.json("GET", `${V1}/names`, { query: { bot } });

  answering = (bot: string | null): Promise<Answering> => this.http.json("GET", `${V1}/answering`, { query: { bot } });
  setAnswering = (bot: string | null, answering: Answering): Promise<Answering> =>
    this.http.json("PUT", `${V1}/answering`, { query: { bot }, body: answering });

  bots = (): Promise<{ bots: Bot[] }> => this.http.json("GET", `${V1}/bots`);
  createBot = (bot: Pick<Bot, "name" | "platform">): Promise<Bot> =>
    this.http.json("POST", `${V1}/bots`, { body: bot });
  changeBot = (id: string, change: Partial<Pick<Bot, "name" | "platform">>): Promise<Bot> =>
    this.http.json("PATCH", `${V1}/bots/${id}`, { body: change });
  removeBot = (id: string): Promise<unknown> => this.http.json("DELETE", `${V1}/bots/${id}`);
  newSecret = (id: string): Promise<Bot> => this.http.json("POST", `${V1}/bots/${id}/secret`);
}
