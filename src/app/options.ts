/** What the application is started with. */
import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';

export interface AppOptions {
  readonly config: Config;
  /** The configuration file, read again when it changes or appears. */
  readonly configPath: string;
  readonly reloadConfig: () => Config;
  readonly dataDir: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** The standard OTLP/HTTP port, or null for none; a busy one is a warning. */
  readonly otlpPort: number | null;
  /** The standard OTLP/gRPC port, or null for none; a busy one is a warning. */
  readonly otlpGrpcPort: number | null;
  readonly demo: boolean;
  /** Folder of the built console, or null. */
  readonly webRoot: string | null;
  readonly version: string;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** How sinks are reached. */
  readonly fetch: typeof globalThis.fetch;
  readonly log: Log;
}

/** The one database file of a data directory. */
export function databaseFile(dataDir: string): string {
  return join(dataDir, 'seamwatch.db');
}
