/** What a collector is opened with. */
import type { Clock } from '../../src/kernel/clock.ts';
import { dayMs } from '../../src/kernel/duration.ts';
import type { Log } from '../../src/kernel/log.ts';
import type { Migration } from '../../src/store/index.ts';

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

/** Bytes are counted after decompression. */
export interface IntakeLimits {
  readonly maxBodyBytes: number;
  readonly maxInFlightBytes: number;
  readonly maxSeries: number;
}

/** How long spans and slices are kept, in ms. */
export interface Retention {
  readonly spansMs: number;
  readonly slicesMs: number;
}

/** `file` is the SQLite path, its folder is made; `migrations` are other folders' tables. */
export interface CollectorOptions {
  readonly file: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly mapping: readonly DomainRule[];
  readonly migrations: readonly Migration[];
  readonly limits?: Partial<IntakeLimits> | undefined;
  readonly retention?: Retention | undefined;
}

const mebibyte = 1_048_576;

/** DESIGN §7: a body of 64 MiB, as large as OTLP clients send (OTLP specification); a quarter GiB in flight. */
export const defaultLimits: IntakeLimits = {
  maxBodyBytes: 64 * mebibyte,
  maxInFlightBytes: 256 * mebibyte,
  maxSeries: 20_000,
};

/** DESIGN §9 `retention`. */
export const defaultRetention: Retention = { spansMs: 7 * dayMs, slicesMs: 400 * dayMs };
