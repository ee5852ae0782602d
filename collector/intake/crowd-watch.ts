/** Says when what is kept besides spans and log records leaves these no room. */
import type { Log } from '../../src/kernel/log.ts';
import type { Crowding } from '../history/index.ts';

const gibibyte = 1_073_741_824;

/** One per writer. */
export class CrowdWatch {
  #sentence: string | null = null;

  /** Why spans and log records are dropped as they come, and what to do; null while they have room. */
  get sentence(): string | null {
    return this.#sentence;
  }

  /** What the writer last found; logged once when it begins. */
  note(crowding: Crowding | null, log: Log): void {
    const before = this.#sentence;
    this.#sentence = crowding === null ? null : sentenceOf(crowding);
    if (before === null && this.#sentence !== null) log.warn({ ...crowding }, this.#sentence);
  }
}

function sentenceOf({ usedBytes, maxBytes }: Crowding): string {
  const [used, limit] = [usedBytes, maxBytes].map((bytes) => (bytes / gibibyte).toPrecision(3));
  return `slices alone need ${used} of ${limit} GiB, so spans and log records are dropped as they come; raise retention.maxDiskGiB or shorten retention.slices`;
}
