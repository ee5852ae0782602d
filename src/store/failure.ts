/** Turns what SQLite and the file system throw into one error that says what to do. Nothing is ever deleted. */
import { accessSync, closeSync, constants, openSync, rmSync, writeSync } from 'node:fs';
import { AppError, messageOf, systemCodeOf } from '../kernel/errors.ts';

/** What the system says when it takes no writes, in words; SQLite itself says no more than that it failed. */
const systemReasons: Readonly<Record<string, string>> = {
  EROFS: 'its file system is read-only',
  EPERM: 'writing to it is not permitted',
  EACCES: 'writing to it is not permitted',
  ENOSPC: 'its disk is full',
  EDQUOT: 'the quota of its disk is used up',
  EIO: 'its device fails',
};

/**
 * The error for a failure while opening or reading `file`; an AppError passes unchanged.
 */
export function storeFailure(file: string, thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const code = systemCodeOf(thrown) ?? '';
  const options = { cause: thrown, details: { file, code } };
  if (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB')) return corrupt(file, messageOf(thrown));
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) return busy(file, thrown);
  const reason = whyUnwritable(file);
  return new AppError(
    'DATA_DIR_UNUSABLE',
    `database "${file}" cannot be written (${messageOf(thrown)}${reason === null ? '' : `: ${reason}`}); ` +
      'make its directory writable and give it free space, or choose another one with --data',
    options,
  );
}

/** The error for a file whose content is not a sound database. */
export function corrupt(file: string, what: string): AppError {
  return new AppError(
    'DATABASE_CORRUPT',
    `database "${file}" is damaged (${what}); nothing was changed. \`seamwatch serve\` over the same directory keeps the damaged file ` +
      'aside and saves what can be read; a file that is no database at all must be moved away, or restored from a copy',
    { details: { file, what } },
  );
}

/** The error for a second writer. */
export function busy(file: string, cause?: unknown): AppError {
  return new AppError(
    'DATABASE_BUSY',
    `database "${file}" is being written by another running process; stop that one, or choose another directory with --data`,
    { details: { file }, cause },
  );
}

/**
 * Asks the system with a write of its own; null when that works, or fails for no known reason. The database itself is not opened: closing
 * it would end SQLite's locks on it (sqlite.org/howtocorrupt §2.2).
 */
function whyUnwritable(file: string): string | null {
  const probe = `${file}.write-probe`;
  try {
    accessSync(file, constants.W_OK);
    const descriptor = openSync(probe, 'w');
    try {
      writeSync(descriptor, probe);
    } finally {
      closeSync(descriptor);
      rmSync(probe, { force: true });
    }
    return null;
  } catch (error) {
    return systemReasons[systemCodeOf(error) ?? ''] ?? null;
  }
}
