/** What pages of the watched application send (Faro). */
import { type Collector, createFaroIntake, type FaroIntake, parseFaro } from '../../collector/index.ts';
import type { Config } from '../config.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';

/** `secret` keys the hash of user ids where hashing is asked for. @throws CONFIG_INVALID */
export function createPageIntake(
  parts: { readonly config: Config; readonly collector: Collector; readonly clock: Clock; readonly log: Log },
  secret: string,
): FaroIntake {
  const { config, collector, clock, log } = parts;
  return createFaroIntake({
    receive: collector.receive,
    apps: parseFaro(config.faro, 'faro'),
    origins: config.cors,
    hashUserIds: config.hashUserIds ? { key: secret } : null,
    ...{ clock, log },
  });
}
