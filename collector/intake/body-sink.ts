/** Gathers the chunks of one body in shared memory that grows as they come, up to the cap. */
import type { Holding } from './admission.ts';
import { type BufferPool, type Slot, slotBytes } from './buffer-pool.ts';
import { type Refusal, refuseFor } from './refusal.ts';

/** The first `length` bytes of the slot are the body. */
export interface RequestBody {
  readonly kind: 'body';
  readonly slot: Slot;
  readonly length: number;
}

/** What a sink may use. */
export interface SinkTerms {
  readonly maxBodyBytes: number;
  readonly holding: Holding;
  readonly pool: BufferPool;
  readonly reclaim: (bytes: number) => void;
}

/** Memory that a mere announcement can claim; more is taken when the bytes have come. */
const announcedBytes = 4_194_304;

/** One per body. */
export class BodySink {
  readonly #terms: SinkTerms;
  #slot: Slot | null = null;
  #length = 0;

  constructor(terms: SinkTerms) {
    this.#terms = terms;
  }

  /** Takes the memory for a body of an announced length; null, or why it will not be taken in. */
  expect(length: number): Refusal | null {
    if (length > this.#terms.maxBodyBytes) return tooLarge(this.#terms.maxBodyBytes);
    return this.#reserve(Math.min(length, announcedBytes));
  }

  /** Null, or why the chunk cannot be taken. */
  add(chunk: Buffer): Refusal | null {
    const needed = this.#length + chunk.length;
    if (needed > this.#terms.maxBodyBytes) return tooLarge(this.#terms.maxBodyBytes);
    const refusal = this.#reserve(needed);
    if (refusal !== null || this.#slot === null) return refusal;
    chunk.copy(this.#slot.bytes, this.#length);
    this.#length = needed;
    this.#terms.reclaim(chunk.length);
    return null;
  }

  end(): RequestBody {
    this.#terms.holding.charge(this.#length);
    const slot = this.#slot ?? this.#terms.pool.take(0);
    return { kind: 'body', slot, length: this.#length };
  }

  abandon(): void {
    this.#terms.holding.charge(this.#length);
    if (this.#slot !== null) this.#terms.pool.putBack(this.#slot);
    this.#slot = null;
  }

  #reserve(bytes: number): Refusal | null {
    const held = this.#slot;
    if (held !== null && held.bytes.length >= bytes) return null;
    const { holding, pool, maxBodyBytes } = this.#terms;
    const wanted = held === null ? bytes : Math.min(Math.max(bytes, held.bytes.length * 2), maxBodyBytes);
    const refusal = holding.grow(slotBytes(wanted));
    if (refusal !== null) return refusal;
    this.#slot = pool.take(wanted);
    if (held === null) return null;
    held.bytes.copy(this.#slot.bytes, 0, 0, this.#length);
    pool.putBack(held);
    return null;
  }
}

function tooLarge(cap: number): Refusal {
  return refuseFor('too_large', `the body has more than ${cap} bytes after decompression; send smaller batches`);
}
