/** Turns what SQLite and the file system throw into one error that says what to do. Nothing is ever deleted. */
import { AppError, messageOf, systemCodeOf } from '../kernel/errors.ts';

/**
 * The error for a failure while opening or reading `file`; an AppError passes unchanged.
 */
export function storeFailure(file: string, thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const code = systemCodeOf(thrown) ?? '';
  const options = { cause: thrown, details: { file, code } };
  if (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB')) return corrupt(file, messageOf(thrown));
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) return busy(file, thrown);
  return new AppError(
    'DATA_DIR_UNUSABLE',
    `database "${file}" cannot be written (${messageOf(thrown)}); ` +
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
