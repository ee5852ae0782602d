/** Who is expected to send and does not, and which objectives are not known for it. */
import type { ObjectiveBook } from './objective-book.ts';

/** A silent sender with its series; `reason` is for people. */
export interface SilentSource {
  readonly series: ReadonlySet<number>;
  readonly reason: string;
}

/** The reason by objective. */
export function silencesOf(book: ObjectiveBook, silent: readonly SilentSource[]): ReadonlyMap<string, string> {
  return new Map(
    silent.flatMap(({ series, reason }) => [...book.readersOf(series)].map((id) => [id, reason] as const)),
  );
}
