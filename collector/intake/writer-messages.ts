/** What the main thread and the writer thread say to each other. Everything here survives structured cloning. */
import type { ErrorCode, ErrorDetails } from '../../src/kernel/errors.ts';
import type { SeriesSource } from '../../src/kernel/series.ts';
import type { Migration } from '../../src/store/index.ts';
import type { BodyQueueSetup } from '../forward/index.ts';
import type { Crowding } from '../history/index.ts';
import type { SilentInstance } from './instance-watch.ts';
import type { DomainRule, IntakeLimits, Retention } from './options.ts';
import type { PackedNotice } from './packed-slices.ts';
import type { Tally } from './tally.ts';

/** Given to the writer when it starts; `nowMs` is Unix ms by the collector's clock. */
export interface WriterSetup {
  readonly file: string;
  readonly migrations: readonly Migration[];
  readonly mapping: readonly DomainRule[];
  readonly limits: IntakeLimits;
  readonly retention: Retention;
  /** Where bodies are sent on to; absent = nowhere. */
  readonly forward?: BodyQueueSetup | undefined;
  readonly nowMs: number;
}

export type Encoding = 'protobuf' | 'json';
export type TelemetryKind = 'traces' | 'metrics' | 'logs';

/** Sources of series that come as metric points. */
export type MetricSource = Extract<SeriesSource, 'metrics' | 'probe' | 'scrape'>;

/**
 * A whole decompressed request body in the first `length` bytes of shared memory, which the writer has until its reply. `memory` comes
 * with the first use of a slot; slot 0 is used once.
 */
export interface BodyMessage {
  readonly kind: 'body';
  readonly id: number;
  readonly telemetry: TelemetryKind;
  readonly encoding: Encoding;
  /** Who counts the metrics of this body: `metrics` for what apps send, `probe` for the control plane's own. */
  readonly source: MetricSource;
  readonly mayBackfill: boolean;
  readonly nowMs: number;
  /** Unix ms without the clock's jumps of the last day; absent = `nowMs`. */
  readonly steadyMs?: number | undefined;
  /** Which installations have sent it on to here; absent = none. */
  readonly via?: string | undefined;
  readonly slot: number;
  readonly memory: ArrayBufferLike | null;
  readonly length: number;
}

/** Another folder's rows. */
export interface WriteMessage {
  readonly kind: 'write';
  readonly id: number;
  readonly nowMs: number;
  readonly statements: readonly {
    readonly sql: string;
    readonly params: readonly (string | number | null | Uint8Array)[];
  }[];
}

export type ToWriter =
  | BodyMessage
  | WriteMessage
  | { readonly kind: 'maintain'; readonly nowMs: number }
  | { readonly kind: 'close' };

/** An AppError, flattened. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: ErrorDetails;
}

/** `failure` null: it is on disk (or was already). `rejected` records were left out, `reason` says why. */
export interface WriterReply {
  readonly id: number;
  readonly failure: Failure | null;
  readonly rejected: number;
  readonly reason: string;
}

export type FromWriter =
  /** `recovered`: what was done to a damaged file and what was lost, for people; null when it was sound. */
  | { readonly kind: 'opened'; readonly recovered: string | null }
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** Housekeeping failed; the next round tries again. */
  | { readonly kind: 'trouble'; readonly failure: Failure }
  /** What the storage last said: why it takes nothing now, null when it takes everything again. */
  | { readonly kind: 'storage'; readonly failure: Failure | null }
  /** Whether what is kept besides spans and logs leaves them no room; null while it does. */
  | { readonly kind: 'crowding'; readonly crowding: Crowding | null }
  /** Instances that are not heard of while others of their service are. */
  | { readonly kind: 'silent'; readonly instances: readonly SilentInstance[] }
  /** What housekeeping has dropped or kept. */
  | { readonly kind: 'upkept'; readonly tally: Tally }
  | {
      readonly kind: 'committed';
      readonly notices: readonly PackedNotice[];
      readonly replies: readonly WriterReply[];
      readonly tally: Tally;
      /** Memory to be used again. */
      readonly slots: readonly number[];
    }
  | { readonly kind: 'closed' };
