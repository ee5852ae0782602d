/** Who this installation is to others: the same after every restart, so that an incident opened before can be resolved after. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { uuidv7 } from '../kernel/ids.ts';

/** The id kept in the data directory, made on first use. One that cannot be read is replaced. */
export function instanceIdOf(dataDir: string, nowMs: number): string {
  const path = join(dataDir, 'instance-id');
  const stored = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  if (/^[0-9a-f-]{36}$/.test(stored)) return stored;
  const made = uuidv7(nowMs);
  writeFileSync(path, `${made}\n`);
  return made;
}
