/** The damaged frames that reads have met, whichever thread met them, and a sentence about them for people. */
import { isoTime } from '../../src/kernel/clock.ts';
import type { UnreadableFrame } from '../history/index.ts';

/** All of them together: everything is between the two times (Unix ms). */
export interface Unreadable {
  readonly frames: number;
  readonly spans: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** How many, which, of when, and what to do. */
  readonly sentence: string;
}

const mostNamed = 5;

/** One per reader; a frame counts once, also when a new thread meets it again. */
export class UnreadableLedger {
  readonly #frames = new Map<number, UnreadableFrame>();

  /** True when one of them was not known. */
  add(frames: readonly UnreadableFrame[]): boolean {
    const before = this.#frames.size;
    for (const frame of frames) if (!this.#frames.has(frame.frame)) this.#frames.set(frame.frame, frame);
    return this.#frames.size > before;
  }

  /** Null while nothing was met. */
  summary(): Unreadable | null {
    if (this.#frames.size === 0) return null;
    let [fromMs, toMs, spans] = [Number.MAX_VALUE, 0, 0];
    for (const frame of this.#frames.values()) {
      fromMs = Math.min(fromMs, frame.fromMs);
      toMs = Math.max(toMs, frame.toMs);
      spans += frame.spans;
    }
    const ids = [...this.#frames.keys()].sort((left, right) => left - right);
    const frames = ids.length;
    return { frames, spans, fromMs, toMs, sentence: sentenceOf(ids, spans, fromMs, toMs) };
  }
}

function sentenceOf(ids: readonly number[], spans: number, fromMs: number, toMs: number): string {
  const named = ids.slice(0, mostNamed).join(', ');
  const more = ids.length > mostNamed ? ` and ${ids.length - mostNamed} more` : '';
  const which = ids.length === 1 ? 'stored frame cannot be read' : 'stored frames cannot be read';
  const where = `between ${isoTime(Math.floor(fromMs))} and ${isoTime(Math.ceil(toMs))}`;
  return (
    `${ids.length} ${which} (${named}${more}): ${spans} spans ${where} are missing in every search and trace; ` +
    'they were counted when they came, no objective changes; look after the disk, or restore the database from a copy'
  );
}
