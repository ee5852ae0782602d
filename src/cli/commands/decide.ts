/** `seamwatch decide`: records what was decided about a fired trigger, so that the report stops asking. */

import { isoTime } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import { configPathOf, defaultConfigFile } from '../settings.ts';
import { type CommonOptions, exitCode, type World } from '../world.ts';
import { editConfig } from './facts.ts';

export interface DecideOptions extends CommonOptions {
  readonly outcome?: string;
  readonly by?: string;
  readonly reason?: string;
  readonly reviewAt?: string;
}

/** @throws USAGE, CONFIG_INVALID before anything is written */
export function decide(domain: string, options: DecideOptions, world: World): number {
  const { outcome, by, reason } = options;
  if (outcome === undefined || by === undefined) {
    throw new AppError('USAGE', `decide ${domain}: --outcome extract|keep|defer and --by WHO are needed`);
  }
  const path = configPathOf(options) ?? defaultConfigFile;
  const at = isoTime(world.clock.nowMs()).slice(0, 10);
  const record = {
    id: `${domain}-${at}`,
    domain,
    outcome,
    by,
    at,
    reason: reason ?? '',
    ...(options.reviewAt === undefined ? {} : { reviewAt: options.reviewAt }),
  };
  editConfig(path, world, (document) => {
    document.hasIn(['decisions'])
      ? document.addIn(['decisions'], document.createNode(record))
      : document.setIn(['decisions'], document.createNode([record]));
  });
  world.note(`${path}: decision ${record.id}: ${outcome}, by ${by}\n`);
  return exitCode.fine;
}
