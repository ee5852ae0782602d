/** The rehearsals that were saved: one JSON file each. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { operations, type RehearsalAnswer } from '../src/contract/index.ts';
import { messageOf } from '../src/kernel/errors.ts';
import { parseWith } from '../src/kernel/validate.ts';

/** Newest first. A file that is no rehearsal is left out and told to `onBad`; a missing folder holds none. */
export function listRehearsals(
  folder: string,
  onBad: (file: string, reason: string) => void = () => {},
): readonly RehearsalAnswer[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const found = files.flatMap((name): readonly RehearsalAnswer[] => {
    const path = join(folder, name);
    try {
      return [parseWith(operations.rehearsal, JSON.parse(readFileSync(path, 'utf8')), path)];
    } catch (error) {
      onBad(path, messageOf(error));
      return [];
    }
  });
  return found.sort((left, right) => (left.startedAt < right.startedAt ? 1 : -1));
}

/** Writes `<folder>/<id>.json` so that a reader never sees half of it; the path. */
export function saveRehearsal(folder: string, rehearsal: RehearsalAnswer): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${rehearsal.id}.json`);
  writeFileSync(`${path}.part`, `${JSON.stringify(rehearsal, null, 2)}\n`);
  renameSync(`${path}.part`, path);
  return path;
}
