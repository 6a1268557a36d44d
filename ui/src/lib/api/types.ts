/** The control API's shapes under the names the UI uses. */

export type Source = "webhook" | "tunnel" | "replay" | "simulator" | "import";
export type Platform = "graph" | "leadconverter" | "chatapp" | "webim" | "nocobase" | "plain";
export type PlatformChoice = "auto" | Platform;
export type ExchangeState = "held" | "answering" | "answered" | "failed" | "abandoned";
export type AnsweredBy = "default" | "rule" | "hand" | "fallback" | "upstream" | "upstream_edited";
export type Severity = "error" | "warning" | "info";
export type Role = "event" | "system" | "engine" | "user";
export type Change = "new" | "changed" | "type_changed" | "same" | "untouched";
export type BodyKind = "json" | "form" | "multipart" | "xml" | "text" | "binary" | "empty";
export type Mode = "rules" | "hold" | "upstream" | "upstream_hold";
export type Fallback = "default" | "rules" | "last" | "upstream";
export type HeaderPair = [string, string];

export interface FindingCounts {
  error: number;
  warning: number;
  info: number;
}

export interface Summary {
  id: string;
  seq: number;
  at: string;
  bot: string;
  source: Source;
  platform: Platform;
  method: string;
  path: string;
  event: string | null;
  user: string | null;
  state: ExchangeState;
  answered_by: AnsweredBy | null;
  status: number | null;
  request_bytes: number;
  response_bytes: number;
  duration_ms: number | null;
  deadline: string | null;
  findings: FindingCounts;
  replay_of: string | null;
  note: string;
  pinned: boolean;
  failure: string | null;
  failure_code: string | null;
}

export interface BodyInfo {
  bytes: number;
  kind: BodyKind;
  charset: string | null;
  encoding: string | null;
  truncated: boolean;
}

export interface Variable {
  name: string;
  role: Role;
  in: string | null;
  out: string | null;
  after: string | null;
  change: Change;
}

export interface Outcome {
  merged: boolean;
  reason: string | null;
}

export interface Finding {
  code: string;
  severity: Severity;
  where: "request" | "response";
  pointer: string;
  message: string;
  line?: number | null;
  column?: number | null;
  offset?: number | null;
}

export interface Timing {
  received_ms: number;
  decided_ms: number | null;
  answered_ms: number | null;
}

export interface RequestView {
  query: string | null;
  http_version: string;
  remote: string;
  headers: HeaderPair[];
  trailers: HeaderPair[];
  body: BodyInfo;
}

export interface ResponseView {
  headers: HeaderPair[];
  body: BodyInfo;
}

export interface Exchange extends Omit<Summary, "findings"> {
  request: RequestView;
  response: ResponseView | null;
  variables: Variable[];
  outcome: Outcome | null;
  findings: Finding[];
  timing: Timing;
}

export interface ExchangePage {
  exchanges: Summary[];
  next_before: number | null;
  seq: number;
}

export interface AnswerBody {
  status: number;
  headers?: HeaderPair[];
  body: string;
}

export interface Preview {
  bytes: number;
  variables: Variable[];
  outcome: Outcome;
  findings: Finding[];
}

export interface Answering {
  mode: Mode;
  upstream: string | null;
  hold: { seconds: number; fallback: Fallback };
  default_answer: { status: number; headers: HeaderPair[]; body: string };
}

export interface Bot {
  id: string;
  name: string;
  platform: PlatformChoice;
  secret: string;
  webhook_url: string;
  public_url: string | null;
}

export interface Notice {
  code: string;
  message: string;
}

export interface History {
  saving: boolean;
  since: string | null;
  reason: string | null;
  waiting: number;
  lost: number;
}

export interface Status {
  version: string;
  data_dir: string;
  webhook: { url: string; addr: string; wanted_port: number; port_taken: boolean; error: string | null };
  public_url: string | null;
  tunnel: string;
  counts: { exchanges: number; held: number };
  database_bytes: number;
  strangers: number;
  history: History;
  search_lag: number;
  notices: Notice[];
}

export type LanguageChoice = "system" | "ru" | "en";
export type ThemeChoice = "system" | "light" | "dark" | "contrast";
export type Grouping = "user" | "flat";

export interface Settings {
  listen_port: number;
  body_limit_bytes: number;
  header_limit_bytes: number;
  connection_limit: number;
  header_timeout_s: number;
  body_timeout_s: number;
  durable: boolean;
  language: LanguageChoice;
  theme: ThemeChoice;
  grouping: Grouping;
  keep_exchanges: number;
  keep_bytes: number;
  keep_days: number | null;
}

export type FeedKind =
  | "exchange_received"
  | "exchange_changed"
  | "exchange_removed"
  | "answering_changed"
  | "rules_changed"
  | "tunnel_changed"
  | "settings_changed"
  | "bots_changed"
  | "status_changed"
  | "resync";

export interface FeedEvent {
  seq: number;
  kind: FeedKind;
  id?: string | null;
  bot?: string | null;
  exchange?: Summary | null;
}

export interface ReplayEdit {
  method?: string;
  path?: string;
  headers?: HeaderPair[];
  body?: string;
}

export interface Deleted {
  deleted: number;
  undo: string;
}
