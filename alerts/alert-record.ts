/** What the engine says about a rule, and what is kept of an alert: one episode of one rule. */
import type { AlertAnswer, AlertLink } from '../src/contract/index.ts';

export type AlertKind = AlertAnswer['kind'];
export type AlertState = AlertAnswer['state'];
export type Severity = AlertAnswer['severity'];
/** Measured facts that go along with an alert; free of secrets. */
export type AlertDetails = Readonly<Record<string, string | number | boolean | null>>;

/** One rule's condition at one evaluation. `unknown` freezes: it neither fires nor resolves. */
export interface AlertSignal {
  /** Unique: `kind:subject`, with a suffix where a subject has several rules. */
  readonly rule: string;
  readonly kind: AlertKind;
  readonly subject: string;
  /** Null = all domains. */
  readonly domain: string | null;
  readonly severity: Severity;
  readonly condition: 'firing' | 'ok' | 'unknown';
  /** The condition must hold so long before the alert fires; 0 = at once. */
  readonly forMs: number;
  readonly summary: string;
  readonly reason: string;
  readonly links: readonly AlertLink[];
  readonly details: AlertDetails;
}

/** One episode of one rule, from the first sign to the end. Times are Unix ms. Domain and severity stay as they began. */
export interface AlertRecord {
  readonly id: string;
  readonly rule: string;
  readonly kind: AlertKind;
  readonly subject: string;
  readonly domain: string | null;
  readonly severity: Severity;
  readonly state: AlertState;
  /** At the last evaluation; `absent` = the rule was not evaluated. */
  readonly condition: AlertSignal['condition'] | 'absent';
  /** Pending: how long the condition has held. Open: how long it has been ok (or absent). Unknown time does not count. */
  readonly progressMs: number;
  readonly startedAtMs: number;
  readonly firedAtMs: number | null;
  readonly acknowledgedAtMs: number | null;
  readonly acknowledgedBy: string | null;
  readonly resolvedAtMs: number | null;
  /** In words; null = not muted. */
  readonly mutedBy: string | null;
  /** It was firing and not muted at least once: it belongs to an incident until it ends, silenced or not. */
  readonly isNotified: boolean;
  /** The incident's episode that it belongs to. */
  readonly episode: string | null;
  readonly summary: string;
  readonly reason: string;
  readonly links: readonly AlertLink[];
  readonly details: AlertDetails;
}

/** Firing or acknowledged: the condition is confirmed and not over. */
export function isOpen(record: AlertRecord): boolean {
  return record.state === 'firing' || record.state === 'acknowledged';
}

/** The name of a domain where null means all of them. */
export function domainName(domain: string | null): string {
  return domain ?? 'all';
}
