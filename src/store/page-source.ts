/** The pages of a database file and its write-ahead log, as they are, without SQLite. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { LogFrames } from './log-frames.ts';

/** `page` is null when the file ends before it. Pages count from 1. */
export interface PageSource {
  readonly pageBytes: number;
  readonly pageCount: number;
  readonly page: (number: number) => Buffer | null;
  readonly close: () => void;
}

/** Only to be used while this process has the database not open for writing (see check.ts). */
export function openPages(file: string, log: LogFrames, pageBytes: number): PageSource {
  const main = openSync(file, 'r');
  const logFile = log.pages.size === 0 ? null : openSync(`${file}-wal`, 'r');
  const mainPages = Math.floor(fstatSync(main).size / pageBytes);
  return {
    pageBytes,
    pageCount: Math.max(mainPages, log.pageCount ?? 0),
    page: (number) => {
      const offset = log.pages.get(number);
      const bytes = Buffer.alloc(pageBytes);
      const isInLog = offset !== undefined && logFile !== null;
      const read = isInLog
        ? readSync(logFile, bytes, 0, pageBytes, offset)
        : readSync(main, bytes, 0, pageBytes, (number - 1) * pageBytes);
      return read === pageBytes ? bytes : null;
    },
    close: () => {
      closeSync(main);
      if (logFile !== null) closeSync(logFile);
    },
  };
}
