/** A mark beside the database that damage was met while it was in use, so that the next start looks at all of it. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { messageOf } from '../kernel/errors.ts';

/** Leaves the mark; `reason` says what was met. Returns why it could not be left, else null: there may be no room for it. */
export function markSuspect(file: string, reason: string): string | null {
  try {
    writeFileSync(markOf(file), `${reason}\n`);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

/** True when the mark is there. */
export function isSuspect(file: string): boolean {
  return existsSync(markOf(file));
}

/** What was met; empty without a mark. */
export function suspicionOf(file: string): string {
  return isSuspect(file) ? readFileSync(markOf(file), 'utf8').trim() : '';
}

/** Takes the mark away: the file was looked at and is sound. */
export function clearSuspect(file: string): void {
  rmSync(markOf(file), { force: true });
}

function markOf(file: string): string {
  return `${file}.suspect`;
}
