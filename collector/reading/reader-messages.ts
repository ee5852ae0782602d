/** What the main thread and the reader thread say to each other. Everything here survives structured cloning. */
import type { ErrorCode, ErrorDetails } from '../../src/kernel/errors.ts';
import type { HistoryReader, UnreadableFrame } from '../history/index.ts';
import type { DomainRule } from '../intake/options.ts';

/** Given to the reader when it starts. */
export interface ReaderSetup {
  readonly file: string;
  readonly mapping: readonly DomainRule[];
}

/** The methods of the history that are asked of the thread; a look-up is short and goes before a search. */
export const readerCalls = {
  trace: 'look-up',
  tracesByCorrelation: 'look-up',
  searchTraces: 'search',
  searchLogs: 'search',
  spanEdges: 'search',
} as const satisfies { readonly [Call in keyof HistoryReader]?: 'look-up' | 'search' };

export type ReaderCall = keyof typeof readerCalls;

export type Arguments<Call extends ReaderCall> = Parameters<HistoryReader[Call]>;
export type Result<Call extends ReaderCall> = ReturnType<HistoryReader[Call]>;

export type ToReader =
  | { readonly kind: 'ask'; readonly id: number; readonly call: ReaderCall; readonly args: readonly unknown[] }
  | { readonly kind: 'close' };

/** An AppError, flattened. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: ErrorDetails;
}

/** `unreadable`: damaged frames that were not met before, ahead of the answer that misses them. */
export type FromReader =
  | { readonly kind: 'unreadable'; readonly frames: readonly UnreadableFrame[] }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'refused'; readonly id: number; readonly refusal: Refusal };
