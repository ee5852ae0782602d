/** What a collector is opened with. */
import type { Clock } from '../../src/kernel/clock.ts';
import { dayMs } from '../../src/kernel/duration.ts';
import type { Log } from '../../src/kernel/log.ts';
import type { Migration } from '../../src/store/index.ts';
import type { BodyQueueSetup } from '../forward/index.ts';

/** Gives telemetry without `seam.domain` to a domain; the first rule whose every condition holds wins. `route` may hold `*`. */
export interface DomainRule {
  readonly match: {
    readonly serviceName?: string | null | undefined;
    readonly route?: string | null | undefined;
    readonly codeNamespace?: string | null | undefined;
    readonly attributes?: Readonly<Record<string, string>> | undefined;
  };
  readonly domain: string;
}

/** What one sender can make the intake hold. All positive and finite; bytes are counted after decompression. */
export interface SenderLimits {
  /** Memory of its bodies that were begun and not yet answered, so that none leaves nothing for the others; beyond it 429. */
  readonly maxInFlightBytesPerCaller: number;
  /** Over time; two seconds' worth may come at once, beyond that 429. */
  readonly maxBytesPerSecondPerCaller: number;
  /** Over time; two seconds' worth may come at once, beyond that 429. */
  readonly maxRequestsPerSecondPerCaller: number;
}

/** What senders together and each alone can make the intake hold. All positive and finite; bytes are counted after decompression. */
export interface IntakeLimits extends SenderLimits {
  /** A larger body is refused with 413. */
  readonly maxBodyBytes: number;
  /** Memory of all bodies that were begun and not yet answered; beyond it 429. */
  readonly maxInFlightBytes: number;
  /**
   * When the body that waits longest for its commit has waited this long, new ones are refused with 503; already after a quarter of it
   * when, at the speed the writer shows, a new one would wait twice as long.
   */
  readonly maxWriterLagMs: number;
  /** A body that came slower than `slowSenderBytesPerSecond` for this long is cut off with 408. */
  readonly slowSenderMs: number;
  /** On the wire, before decompression. */
  readonly slowSenderBytesPerSecond: number;
  readonly maxSeries: number;
}

/**
 * How long spans and slices are kept, in ms; traces with errors, the slowest and exemplars four times as long as spans. `maxBytes` is
 * what the database may take (its write-ahead log, some 10 MB as a rule, not counted): beyond it the oldest ordinary spans and logs go first;
 * null or absent = no limit.
 */
export interface Retention {
  readonly spansMs: number;
  readonly slicesMs: number;
  readonly maxBytes?: number | null | undefined;
}

/** `file` is the SQLite path, its folder is made; `migrations` are other folders' tables. */
export interface CollectorOptions {
  readonly file: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly mapping: readonly DomainRule[];
  readonly migrations: readonly Migration[];
  readonly limits?: Partial<IntakeLimits> | undefined;
  /** Of senders with limits of their own, by the name that their requests are given. */
  readonly senders?: Readonly<Record<string, Partial<SenderLimits>>> | undefined;
  readonly retention?: Retention | undefined;
  /** How often aged slices, small frames and expired data are looked after, in ms; default 1 s. */
  readonly housekeepingMs?: number | undefined;
  /** Where accepted bodies are queued for; `instanceId` is what this installation forwards under, so that nothing goes in circles. */
  readonly forward?: (BodyQueueSetup & { readonly instanceId: string }) | undefined;
}

/** DESIGN §9 `retention`. */
export const defaultRetention: Retention = { spansMs: 7 * dayMs, slicesMs: 400 * dayMs };
