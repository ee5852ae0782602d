/** Opens the one file: the collector's tables and everybody else's, kept as the configuration says. */
import { alertMigrations } from '../../alerts/index.ts';
import {
  type Collector,
  defaultQueueBytes,
  limitsOf,
  openCollector,
  parseForward,
  type Retention,
  sendersOf,
} from '../../collector/index.ts';
import { probeMigrations } from '../../probes/index.ts';
import type { Config } from '../config.ts';
import { engineMigrations } from '../engine/index.ts';
import { instanceIdOf } from './instance-id.ts';
import { type AppOptions, databaseFile } from './options.ts';

/** @throws CONFIG_INVALID, DATA_DIR_UNUSABLE, DATABASE_CORRUPT, DATABASE_BUSY */
export function openStore(options: AppOptions): Promise<Collector> {
  const { config, dataDir, clock, log } = options;
  return openCollector({
    file: databaseFile(dataDir),
    ...{ clock, log },
    mapping: config.domains.map(({ match, domain }) => ({
      match: { ...match, attributes: match.attributes ?? {} },
      domain,
    })),
    migrations: [...engineMigrations, ...probeMigrations, ...alertMigrations],
    retention: retentionOf(config),
    limits: limitsOf(config.intake),
    senders: sendersOf(config.tokens.ingest),
    forward: forwardOf(options),
  });
}

const gibibyte = 1_073_741_824;

/** What the configuration lets the database take, in bytes. */
export function limitBytesOf({ retention }: Config): number {
  return retention.maxDiskGiB * gibibyte;
}

function retentionOf(config: Config): Retention {
  const { retention } = config;
  return { spansMs: retention.spans, slicesMs: retention.slices, maxBytes: limitBytesOf(config) };
}

/** Bodies are queued for their targets in the transaction that stores them. */
function forwardOf({ config, dataDir, clock }: AppOptions) {
  const targets = parseForward(config.forward, 'forward').flatMap(({ id, kind }) => (kind === 'otlp' ? [id] : []));
  return targets.length === 0
    ? undefined
    : { targets, maxBytes: defaultQueueBytes, instanceId: instanceIdOf(dataDir, clock.nowMs()) };
}
