/** Where a search goes on: after the last trace that was given, and from which frame. Opaque to whoever holds it. */
import { z } from 'zod';
import { AppError } from '../../src/kernel/errors.ts';
import type { WalkPosition } from './frame-reader.ts';

/** The order of results: start (Unix ms with a fraction) descending, then trace id ascending. */
export interface ResultKey {
  readonly startMs: number;
  readonly traceId: string;
}

export interface SearchCursor {
  /** The last trace given; null before the first. */
  readonly after: ResultKey | null;
  /** The frame to go on with; null = the newest. */
  readonly from: WalkPosition | null;
  /** Traces found in newer frames whose turn has not come yet; none starts later than its `startMs`. */
  readonly waiting: readonly ResultKey[];
}

/** The first page. */
export const searchStart: SearchCursor = { after: null, from: null, waiting: [] };

const key = z.tuple([z.number(), z.string().regex(/^[0-9a-f]{32}$/)]);
const form = z.tuple([key.nullable(), z.tuple([z.number(), z.number()]).nullable(), z.array(key)]);

/** True when `left` comes before `right` in the results. */
export function isBefore(left: ResultKey, right: ResultKey): boolean {
  return left.startMs > right.startMs || (left.startMs === right.startMs && left.traceId < right.traceId);
}

export function encodeCursor({ after, from, waiting }: SearchCursor): string {
  const plain = [after && toPair(after), from && [from.endMs, from.id], waiting.map(toPair)];
  return Buffer.from(JSON.stringify(plain)).toString('base64url');
}

/** @throws INVALID_REQUEST when the text is not a cursor of ours */
export function decodeCursor(text: string): SearchCursor {
  try {
    const [after, from, waiting] = form.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
    return {
      after: after && toKey(after),
      from: from && { endMs: from[0], id: from[1] },
      waiting: waiting.map(toKey),
    };
  } catch (cause) {
    throw new AppError(
      'INVALID_REQUEST',
      `cursor "${text.slice(0, 80)}" is not one that a trace search gave; repeat the search without it`,
      { cause },
    );
  }
}

function toPair(key: ResultKey): [startMs: number, traceId: string] {
  return [key.startMs, key.traceId];
}

function toKey([startMs, traceId]: [startMs: number, traceId: string]): ResultKey {
  return { startMs, traceId };
}
