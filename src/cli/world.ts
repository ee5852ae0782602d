/** What commands are given of the outside: streams, clock, environment. Read once, in `main.ts`. */
import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';

export interface World {
  readonly clock: Clock;
  readonly log: Log;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  /** Folder that holds package.json. */
  readonly packageRoot: string;
  /** Width of the terminal in columns; 100 when it is not one. */
  readonly columns: number;
  /** Results. */
  readonly out: (text: string) => void;
  /** What is not a result: progress, notes, logs. */
  readonly note: (text: string) => void;
  /** Aborts on the first Ctrl-C or SIGTERM. */
  readonly stop: AbortSignal;
}

/** Options that every command takes. */
export interface CommonOptions {
  readonly config?: string;
  readonly data?: string;
  readonly json?: boolean;
}

/** Fine, finding, usage or config, unknown or unavailable, decision required. */
export const exitCode = { fine: 0, finding: 1, usage: 2, unknown: 3, decision: 4 } as const;
