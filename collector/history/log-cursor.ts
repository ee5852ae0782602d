/** Where a search of log records goes on. Opaque to whoever holds it. */
import { z } from 'zod';
import { AppError } from '../../src/kernel/errors.ts';

/** Results come by time, newest first, then by seq, highest first; a page holds what comes after this key. */
export interface LogKey {
  readonly timeNs: bigint;
  readonly seq: number;
}

const form = z.tuple([z.string().regex(/^\d{1,20}$/), z.number().int().min(0)]);

export function encodeLogCursor({ timeNs, seq }: LogKey): string {
  return Buffer.from(JSON.stringify([timeNs.toString(), seq])).toString('base64url');
}

/** @throws INVALID_REQUEST when the text is not a cursor of ours */
export function decodeLogCursor(text: string): LogKey {
  try {
    const [timeNs, seq] = form.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
    return { timeNs: BigInt(timeNs), seq };
  } catch (cause) {
    throw new AppError(
      'INVALID_REQUEST',
      `cursor "${text.slice(0, 80)}" is not one that a search of logs gave; repeat the search without it`,
      { cause },
    );
  }
}

/** Negative when `left` comes before `right` in the results. */
export function newestFirst(left: LogKey, right: LogKey): number {
  if (left.timeNs !== right.timeNs) return left.timeNs > right.timeNs ? -1 : 1;
  return right.seq - left.seq;
}
