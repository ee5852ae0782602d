/** Opens the collector: HTTP intake on the main thread, one writer thread, a read-only view. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../../src/kernel/errors.ts';
import type { HistoryReader } from '../history/reader.ts';
import type { CommitNotice, IntakeStats } from './notice.ts';
import type { CollectorOptions } from './options.ts';

/** Who sent the request, decided before it reaches the intake. */
export interface IntakeCaller {
  /** May send points older than 1 h. */
  readonly mayBackfill: boolean;
}

/** One statement of another folder; parameters by position. */
export interface WriteStatement {
  readonly sql: string;
  readonly params: readonly (string | number | null)[];
}

/** The running collector. */
export interface Collector {
  /** Answers POST /v1/traces and /v1/metrics on any node:http server; the host check and authentication happen before it. */
  readonly handle: (request: IncomingMessage, response: ServerResponse, caller: IntakeCaller) => void;
  readonly reader: HistoryReader;
  /** Called on the main thread after each group commit, in order; the returned function unsubscribes. */
  readonly onCommit: (listener: (notice: CommitNotice) => void) => () => void;
  /** One transaction; resolves when it is on disk. @throws UNAVAILABLE, INTERNAL when a statement fails */
  readonly write: (statements: readonly WriteStatement[]) => Promise<void>;
  readonly stats: () => IntakeStats;
  /** Finishes what was accepted. */
  readonly close: () => Promise<void>;
}

/**
 * @throws DATA_DIR_UNUSABLE, DATABASE_CORRUPT, DATABASE_BUSY, each saying what to do
 */
export function openCollector(options: CollectorOptions): Promise<Collector> {
  return Promise.reject(new AppError('UNAVAILABLE', `collector "${options.file}" cannot be opened yet`));
}
