/** Buffers for request bodies that travel to the writer and back, so that memory is not made anew for each body. */

const smallestBytes = 65_536;
const largestPooledBytes = 4_194_304;
/** Kept per size; more than a group commit's worth is never needed. */
const keptPerSize = 96;
const keptBytes = 50_331_648;

/** Sizes are powers of two between 64 KiB and 4 MiB; larger ones are made to measure and dropped. */
export class BufferPool {
  readonly #free = new Map<number, ArrayBuffer[]>();
  #bytes = 0;

  /** At least `length` bytes, with unknown content. */
  take(length: number): ArrayBuffer {
    if (length > largestPooledBytes) return new ArrayBuffer(length);
    let size = smallestBytes;
    while (size < length) size *= 2;
    const buffer = this.#free.get(size)?.pop();
    if (buffer === undefined) return new ArrayBuffer(size);
    this.#bytes -= size;
    return buffer;
  }

  /** A buffer that {@link take} gave and nobody uses any more. */
  give(buffer: ArrayBuffer): void {
    const size = buffer.byteLength;
    const isPooled = size >= smallestBytes && size <= largestPooledBytes && (size & (size - 1)) === 0;
    if (!isPooled || this.#bytes + size > keptBytes) return;
    const free = this.#free.get(size) ?? [];
    if (free.length >= keptPerSize) return;
    free.push(buffer);
    this.#bytes += size;
    this.#free.set(size, free);
  }
}
