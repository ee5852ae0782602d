/** The stored frames that reads could not open: left out of the answers, remembered once each, counted per answer. */
import { AppError, systemCodeOf } from '../../src/kernel/errors.ts';

/** A frame whose bytes are not what was written. Everything in it is between the two times (Unix ms). */
export interface UnreadableFrame {
  readonly frame: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** How many are lost to the answers. */
  readonly spans: number;
}

/** More are left out too, but not named. */
const mostRemembered = 10_000;

/** One per reader. */
export class UnreadableFrames {
  readonly #known = new Map<string, UnreadableFrame>();
  #met = new Set<string>();

  /** What `open` gives; null when the stored bytes are damaged, now or before. Other troubles are thrown. */
  guard<Frame>(key: string, frame: UnreadableFrame, open: () => Frame): Frame | null {
    if (!this.#known.has(key)) {
      try {
        return open();
      } catch (error) {
        if (!isDamage(error)) throw error;
        if (this.#known.size < mostRemembered) this.#known.set(key, frame);
      }
    }
    this.#met.add(key);
    return null;
  }

  /** Runs one read; says how many frames it had to leave out. */
  counting<Answer>(read: () => Answer): { readonly answer: Answer; readonly unreadable: number } {
    this.#met = new Set();
    const answer = read();
    return { answer, unreadable: this.#met.size };
  }

  /** In the order in which they were met; the first 10,000. */
  list(): readonly UnreadableFrame[] {
    return [...this.#known.values()];
  }
}

/** The bytes do not decompress, are no spans, or the pages that hold them are broken. */
function isDamage(thrown: unknown): boolean {
  if (thrown instanceof AppError) return thrown.code === 'DATABASE_CORRUPT' || thrown.code === 'OTLP_MALFORMED';
  return systemCodeOf(thrown)?.startsWith('SQLITE_CORRUPT') ?? false;
}
