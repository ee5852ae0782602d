/** What a probe is, after its YAML was checked: every default filled in, every address resolved, durations in ms. */
import type { Condition } from './condition.ts';

/** Down when `failures` of the last `of` runs failed; 1 ≤ failures ≤ of. */
export interface Confirm {
  readonly failures: number;
  readonly of: number;
}

/** What every kind has. */
export interface ProbeBase {
  readonly id: string;
  readonly title: string;
  /** Null for a probe of the whole app. */
  readonly domain: string | null;
  /** Document and section; null for a probe of the configuration. */
  readonly source: string | null;
  readonly everyMs: number;
  /** Hard limit of one run, cleanup not counted. */
  readonly timeoutMs: number;
  readonly confirm: Confirm;
  readonly countsForUptime: boolean;
  /** What it is pointed at, as a person may see it: no credentials, no query. */
  readonly target: string;
  /** Why it can not run, as a clause; null when it can. */
  readonly notConfigured: string | null;
}

/** Status codes that are accepted; null = 200 to 299. */
export type AcceptedStatus = readonly number[] | null;

/** What an HTTP answer must be like. `json` is path → condition, in the order written. */
export interface Expectation {
  readonly status: AcceptedStatus;
  readonly bodyContains: string | null;
  readonly json: readonly (readonly [path: string, condition: Condition])[];
  /** The answer must be complete within so many ms. */
  readonly atMostMs: number | null;
}

/** A request; `url` is absolute once a target is known. In journeys all three of url, headers and json may hold templates. */
export interface RequestPlan {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON; undefined = no body. */
  readonly json: unknown;
}

export interface HttpProbe extends ProbeBase {
  readonly kind: 'http';
  readonly request: RequestPlan;
  readonly expect: Expectation;
}

/** An address to connect to. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface TlsProbe extends ProbeBase {
  readonly kind: 'tls';
  readonly address: Address;
  /** Fails when the certificate has fewer days left. */
  readonly minDays: number;
  /** Name that is asked for and checked; null = the host. */
  readonly serverName: string | null;
}

export interface TcpProbe extends ProbeBase {
  readonly kind: 'tcp';
  readonly address: Address;
  readonly send: string | null;
  readonly expectPrefix: string | null;
}

/** A message to a socket: an object gets the correlation added, text goes as it is. */
export type SocketMessage =
  | { readonly kind: 'json'; readonly json: unknown }
  | { readonly kind: 'text'; readonly text: string };

/** Which message is waited for: JSON that satisfies the condition, or text that contains. */
export type SocketMatch =
  | { readonly kind: 'json'; readonly condition: Condition }
  | { readonly kind: 'text'; readonly contains: string };

export interface WebSocketProbe extends ProbeBase {
  readonly kind: 'websocket';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly send: SocketMessage | null;
  readonly receive: SocketMatch | null;
  readonly atMostMs: number | null;
}

/** What every step of a journey has. */
export interface StepBase {
  readonly id: string;
  readonly title: string;
  readonly withinMs: number;
  /** The step's duration counts from the start of this earlier step; null = from its own. */
  readonly since: string | null;
  /** Name → path into the JSON that the step got. */
  readonly capture: Readonly<Record<string, string>>;
}

export type JourneyStep =
  | (StepBase & { readonly kind: 'request'; readonly request: RequestPlan; readonly expect: Expectation })
  | (StepBase & {
      readonly kind: 'poll';
      readonly request: RequestPlan;
      readonly until: Expectation;
      readonly everyMs: number;
    })
  | (StepBase & { readonly kind: 'connect'; readonly url: string; readonly headers: Readonly<Record<string, string>> })
  | (StepBase & { readonly kind: 'send'; readonly on: string; readonly message: SocketMessage })
  | (StepBase & { readonly kind: 'receive'; readonly on: string; readonly match: SocketMatch });

export interface JourneyProbe extends ProbeBase {
  readonly kind: 'journey';
  readonly steps: readonly JourneyStep[];
  /** Run after the steps, whatever became of them; one whose captures are missing is skipped. */
  readonly cleanup: readonly Extract<JourneyStep, { kind: 'request' }>[];
}

export type ProbeDefinition = HttpProbe | TlsProbe | TcpProbe | WebSocketProbe | JourneyProbe;
