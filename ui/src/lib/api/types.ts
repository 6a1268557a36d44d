/** The control API's shapes under the names the page uses: aliases of the generated schema. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type ErrorCode = Schemas["ErrorCode"];
export type Source = Schemas["Source"];
export type FailureCode = Schemas["FailureCode"];
export type ExchangeState = Schemas["State"];
export type AnsweredBy = Schemas["AnsweredBy"];
export type Platform = Schemas["Platform"];
export type PlatformChoice = Schemas["PlatformChoice"];
export type PlatformInfo = Schemas["PlatformInfo"];
export type PathPart = Schemas["SamplePart"];
/** An example of a part of a platform's calls: `sample`, or `exchange_id`. */
export type PathSample = Schemas["PathSample"];
/** A text with its variables put in. */
export type FilledText = Schemas["FilledText"];
/** A text and its buttons as a platform's channel shows them. */
export type ChannelText = Schemas["ChannelText"];
export type ChannelPreview = Schemas["ChannelPreview"];
export type SamplePath = Schemas["SamplePath"];
/** Turns of one user together. */
export type ConversationDetail = Schemas["ConversationDetail"];
export type ConversationTurn = ConversationDetail["turns"][number];
export type Matrix = Schemas["Matrix"];
export type MatrixCell = Schemas["MatrixCell"];
/** Turns that are sent again in order, and how far that has come. */
export type ReplayRun = Schemas["Replays"];
export type NewReplayRun = Schemas["NewReplays"];
export type RunTurns = { conversation: string } | { from: string };
/** What became of a value that was answered. */
export type Proof = Schemas["Proof"];
/** Why a variable has the value that it has. */
export type ValueReason = Schemas["ValueReason"];
/** What differs between two messages. */
export type MessageComparison = Schemas["MessageComparison"];
export type BodyChange = Schemas["BodyChange"];
export type ToCompare = Schemas["ToCompare"];
export type Severity = Schemas["Severity"];
export type Side = Schemas["Side"];
export type Change = Schemas["Change"];
export type Mode = Schemas["Mode"];
export type Fallback = Schemas["Fallback"];
export type LanguageChoice = Schemas["LanguageChoice"];
export type ThemeChoice = Schemas["Theme"];
export type Grouping = Schemas["Grouping"];
export type KeyStore = Schemas["KeyStore"];
export type HeaderPair = [string, string];

export type Summary = Schemas["Summary"];
/** A user that the program plays. */
export type PlayedUser = Schemas["SimulatedUsers"]["users"][number];
export type SimulatedPlatform = Platform;
/** An attempt of a call that is made again after a failure. */
export type SimulatedAttempt = Schemas["SimulatedAttempt"];
export type Simulation = Schemas["Simulation"];
/** What the developer wrote on an exchange. */
export type Annotation = Pick<Summary, "note" | "pinned">;
export type Exchange = Schemas["Exchange"];
export type ExchangePage = Schemas["ExchangeList"];
export type BodyInfo = Schemas["BodyInfo"];
export type Variable = Schemas["Variable"];
export type Outcome = Schemas["Outcome"];
export type Finding = Schemas["Finding"];
export type Timing = Schemas["TimingPart"];
export type RequestView = Schemas["RequestPart"];
export type ResponseView = Schemas["ResponsePart"];
/** A rule as its types have it; it goes both ways as text. */
export type Rule = Schemas["Rule"];
export type RuleOperator = Schemas["RuleOperator"];
export type RuleScope = Schemas["RuleScope"];
export type RuleSequenceEnd = Schemas["RuleSequenceEnd"];
export type RuleFallback = Schemas["RuleFallback"];
export type FaultKind = Schemas["FaultKind"];
export type RulePreview = Schemas["RulePreview"];
export type ChangedAnswer = Schemas["ChangedAnswer"];
export type NotMatched = Schemas["RuleNotMatched"];
export type RuleState = Schemas["RuleStateView"];
/** An answer of the developer's own server that came in time, and one that did not. */
export type UpstreamView = Schemas["UpstreamPart"];
export type LateView = Schemas["LatePart"];
export type Preview = Schemas["Preview"];
/** How long a bot's callers wait, and what has come of a probe. */
export type PatienceView = Schemas["Patience"];
export type Probe = Schemas["PatienceProbe"];
/** An answer, and how often it was given. */
export type AnswerVersion = Schemas["AnswerVersion"];
export type Deleted = Schemas["Deleted"];
export type EventKind = Schemas["EventKind"];
export type FeedEvent = Schemas["FeedEvent"];

/** An answer as it is sent to the program; without headers it gets the default ones. */
export type AnswerBody = Schemas["NewAnswer"];
/** An answer as the program gives it: `body` where it is text, else `body_base64`. */
export type GivenAnswer = Schemas["Answer"];
export type Answering = Schemas["Answering"];
export type NewAnswering = Schemas["NewAnswering"];
export type ReplayEdit = Schemas["ReplayEdit"];

export type Access = Schemas["Access"];
/** What is absent stays; a login of `null` is taken away. */
export type AccessChange = Schemas["AccessChange"];
export type OldAddress = Schemas["OldAddress"];
export type Bot = Schemas["Bot"];
export type NewBot = Schemas["NewBot"];
export type BotChange = Schemas["BotChange"];

export type Notice = Schemas["Notice"];
export type Status = Schemas["Status"];
export type Settings = Schemas["Settings"];
export type SettingsPatch = Schemas["SettingsPatch"];

export type TunnelState = Schemas["TunnelState"];
export type TunnelProvider = Schemas["TunnelProvider"];
export type TunnelError = Schemas["TunnelError"];
export type TunnelCheck = Schemas["TunnelCheck"];
export type Tunnel = Schemas["Tunnel"];
/** A start as it is sent, with its secrets. */
export type TunnelStart = Schemas["TunnelStart"];
/** The last start as the program gives it, without them. */
export type TunnelPlan = Schemas["TunnelPlan"];
