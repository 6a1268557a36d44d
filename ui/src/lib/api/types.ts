/** The control API's shapes under the names the UI uses: aliases of the generated schema. */
import type { components } from "./schema";

type Schemas = components["schemas"];
/** What the program sends always has every field, `null` where there is nothing. */
type Told<T> = { [K in keyof T]-?: Exclude<T[K], undefined> };

export type Platform = Schemas["Platform"];
export type Source = Schemas["Source"];
export type ExchangeState = Schemas["State"];
export type AnsweredBy = Schemas["AnsweredBy"];
export type PlatformChoice = Schemas["PlatformChoice"];
export type Severity = Schemas["Severity"];
export type Change = Schemas["Change"];
export type Mode = Schemas["Mode"];
export type Fallback = Schemas["Fallback"];
export type LanguageChoice = Schemas["LanguageChoice"];
export type ThemeChoice = Schemas["Theme"];
export type Grouping = Schemas["Grouping"];
export type HeaderPair = [string, string];

export type Summary = Told<
  Schemas["Summary"] & { failure: string | null; failure_code: Schemas["FailureCode"] | null }
>;
export type BodyInfo = Told<Schemas["BodyInfo"]>;
export type Variable = Told<Schemas["Variable"]>;
export type Outcome = Schemas["Outcome"];
/** A finding's code is text here: the page shows its message and never acts on the code. */
export type Finding = Omit<Schemas["FindingView"], "code"> & { code: string };
export type Timing = Told<Schemas["TimingPart"]>;
export type RequestView = Told<Omit<Schemas["RequestPart"], "body">> & { body: BodyInfo };
export type ResponseView = Omit<Schemas["ResponsePart"], "body"> & { body: BodyInfo };
export type Exchange = Omit<Summary, "findings"> & {
  request: RequestView;
  response: ResponseView | null;
  variables: Variable[];
  outcome: Outcome | null;
  findings: Finding[];
  timing: Timing;
};
export type ExchangePage = Omit<Told<Schemas["ExchangeList"]>, "exchanges"> & { exchanges: Summary[] };
export type Preview = { bytes: number; variables: Variable[]; outcome: Outcome; findings: Finding[] };
/** An answer as it is sent to the program; without headers it gets the default ones. */
export type AnswerBody = { status: number; headers?: HeaderPair[]; body: string };
/** An answer as the program tells it. */
export type GivenAnswer = { status: number; headers: HeaderPair[]; body: string };
export type Answering = {
  mode: Mode;
  upstream: string | null;
  hold: Told<Schemas["Hold"]>;
  default_answer: GivenAnswer;
};
export type Access = Told<Schemas["Access"]>;
/** What is absent stays; a login of `null` is taken away. */
export type AccessChange = Partial<{
  login: { user: string; password?: string } | null;
  addresses: string[];
  methods: string[];
}>;
export type OldAddress = Schemas["OldAddress"] & { requests: number };
export type Bot = Told<Omit<Schemas["Bot"], "access" | "old_addresses">> & {
  access: Access;
  old_addresses: OldAddress[];
};
export type Notice = Schemas["Notice"];
export type Status = Omit<Told<Schemas["Status"]>, "history"> & { history: Told<Schemas["HistoryPart"]> };
export type Settings = Schemas["Settings"];
export type FeedEvent = Omit<Schemas["FeedEvent"], "exchange"> & { exchange?: Summary | null };
export type ReplayEdit = Partial<Schemas["ReplayEdit"]>;
export type Deleted = Schemas["Deleted"];

export type TunnelState = Schemas["TunnelState"];
export type TunnelProvider = Schemas["TunnelProvider"];
export type TunnelError = Told<Schemas["TunnelError"]>;
export type TunnelCheck = Told<Schemas["TunnelCheck"]>;
export type KeyStore = Schemas["KeyStore"];
/**
 * A start as it is sent. Secrets are taken by the program and never told, so its schema leaves them
 * out.
 */
export type TunnelStart = {
  provider: TunnelProvider;
  ngrok?: Partial<Schemas["NgrokPlan"]> & { authtoken?: string; proxy?: string };
  ssh?: Schemas["SshPlan"] & { passphrase?: string };
  command?: Schemas["CommandPlan"];
  url?: Schemas["UrlPlan"];
};
export type Tunnel = Omit<Told<Schemas["Tunnel"]>, "error" | "check" | "plan"> & {
  error: TunnelError | null;
  check: TunnelCheck | null;
  plan: TunnelStart | null;
};
