/** What the Faro intake is opened with, and what it says of itself. */
import type { Clock } from '../../../src/kernel/clock.ts';
import type { Log } from '../../../src/kernel/log.ts';
import type { HandedTelemetry, Received } from '../receive-handed.ts';
import type { RefusedBody } from '../refused-book.ts';

/** One web application that may send. */
export interface FaroApp {
  /** What its pages send as `x-api-key` or in the path; null = no key, taken from loopback addresses only. */
  readonly key: string | null;
  /** Its service name, whatever its pages call themselves; null = what they say. */
  readonly name: string | null;
  /** Pages of these origins may send from a browser, such as `https://app.example.org`. */
  readonly origins: readonly string[];
}

/** Bytes are counted after decompression; a page that is refused for its rate is told when to come back. */
export interface FaroLimits {
  readonly maxBodyBytes: number;
  readonly maxInFlightBytes: number;
  readonly requestsPerSecond: number;
  readonly burst: number;
  /** Different pages, and different actions, that get a series of their own; the rest is counted as `other`. */
  readonly maxNames: number;
}

const mebibyte = 1_048_576;

/** 5 MiB and 50 requests a second with bursts of 100 are what Grafana's own receiver allows (faro.receiver of Alloy). */
export const defaultFaroLimits: FaroLimits = {
  maxBodyBytes: 5 * mebibyte,
  maxInFlightBytes: 64 * mebibyte,
  requestsPerSecond: 50,
  burst: 100,
  maxNames: 200,
};

export interface FaroIntakeOptions {
  /** The collector's own door; resolves when it is on disk. */
  readonly receive: (handed: HandedTelemetry) => Promise<Received>;
  /** Without any, loopback may send without a key. */
  readonly apps: readonly FaroApp[];
  /** Origins that may send to every app. */
  readonly origins?: readonly string[];
  /** Stores a keyed hash of user ids instead of the ids; null or absent = the ids as they are sent. */
  readonly hashUserIds?: { readonly key: string } | null;
  readonly limits?: Partial<FaroLimits>;
  readonly clock: Clock;
  readonly log: Log;
  /** Is told of each request that was refused whole. */
  readonly countRefused?: ((refused: RefusedBody) => void) | undefined;
}

/** Totals since it was opened. */
export interface FaroStats {
  readonly requests: number;
  /** Logs, exceptions, events, measurements and spans that are on disk. */
  readonly records: number;
  /** Calls that came as a span and as an event, vitals and batches that came again. */
  readonly deduplicated: number;
  /** What was not taken, by reason: whole requests and single records. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Of these the single records, of requests that were taken. */
  readonly rejectedRecords: Readonly<Record<string, number>>;
}
