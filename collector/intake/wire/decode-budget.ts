/** Bounds what one body may become in memory, since a few bytes on the wire can ask for hundreds as objects. */
import { AppError } from '../../../src/kernel/errors.ts';

/** Rough bytes of one decoded thing on V8's heap. */
const cost = { record: 500, attribute: 80, number: 8 } as const;

/** What a full body of 64 MiB of usual points costs (≈ 150 bytes and 5 attributes a point), with a margin. */
const most = 512 * 1_048_576;

/** One per body. All `take…` @throws OTLP_MALFORMED when the body holds more than any sender means. */
export class DecodeBudget {
  #left = most;

  /** A message that becomes an object. */
  takeRecord(): void {
    this.#take(cost.record);
  }

  takeAttribute(): void {
    this.#take(cost.attribute);
  }

  takeNumbers(count: number): void {
    this.#take(cost.number * count);
  }

  #take(bytes: number): void {
    this.#left -= bytes;
    if (this.#left >= 0) return;
    throw new AppError('OTLP_MALFORMED', 'the body holds too many records for one request; send smaller batches');
  }
}
