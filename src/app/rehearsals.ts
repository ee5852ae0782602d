/** Where rehearsals are kept: one JSON file each below the data directory, written by the command, read by everybody. */
import { join } from 'node:path';
import { listRehearsals } from '../../loadtests/index.ts';
import type { RehearsalAnswer } from '../contract/index.ts';

export function rehearsalsFolder(dataDir: string): string {
  return join(dataDir, 'rehearsals');
}

/** Newest first. */
export function rehearsalsIn(dataDir: string): readonly RehearsalAnswer[] {
  return listRehearsals(rehearsalsFolder(dataDir));
}
