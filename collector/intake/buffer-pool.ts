/** Memory for request bodies that reaches the writer without a copy: a body is received straight into it and scanned in place. */

/** `id` 0: made to measure, used once, handed over to the writer whole. Any other: shared by both threads, used again and again. */
export interface Slot {
  readonly id: number;
  readonly bytes: Buffer;
}

const smallestBytes = 65_536;
const largestPooledBytes = 4_194_304;
const keptBytes = 67_108_864;

/** The memory that {@link BufferPool.take} gives for `length` bytes. */
export function slotBytes(length: number): number {
  let size = smallestBytes;
  while (size < length) size *= 2;
  return size > largestPooledBytes ? length : size;
}

/** The largest body whose bytes and whose memory of {@link slotBytes} fit into `share` bytes together. */
export function largestBodyIn(share: number): number {
  const half = share / 2;
  if (half >= largestPooledBytes) return half;
  let size = smallestBytes;
  while (size * 2 <= half) size *= 2;
  return size;
}

/** Sizes are powers of two between 64 KiB and 4 MiB. What has been given back is handed out again, newest first. */
export class BufferPool {
  readonly #free = new Map<number, Slot[]>();
  readonly #away = new Map<number, Slot>();
  #pooledBytes = 0;
  #lastId = 0;

  /** At least `length` bytes, with unknown content. */
  take(length: number): Slot {
    let size = smallestBytes;
    while (size < length) size *= 2;
    const slot = this.#free.get(size)?.pop() ?? this.#make(size, length);
    if (slot.id > 0) this.#away.set(slot.id, slot);
    return slot;
  }

  /** A slot that did not go to the writer is free again. */
  putBack({ id, bytes }: Slot): void {
    if (id === 0) freeNow(bytes);
    else this.give(id);
  }

  /** The slot of {@link take} with this id is free again; unknown ids are ignored. */
  give(id: number): void {
    const slot = this.#away.get(id);
    if (slot === undefined) return;
    this.#away.delete(id);
    const free = this.#free.get(slot.bytes.length);
    if (free === undefined) this.#free.set(slot.bytes.length, [slot]);
    else free.push(slot);
  }

  #make(size: number, length: number): Slot {
    if (size > largestPooledBytes || this.#pooledBytes + size > keptBytes) {
      return { id: 0, bytes: Buffer.from(new ArrayBuffer(Math.max(length, 1))) };
    }
    this.#lastId += 1;
    this.#pooledBytes += size;
    return { id: this.#lastId, bytes: Buffer.from(new SharedArrayBuffer(size)) };
  }
}

/**
 * Frees memory that was made to measure, at once: bodies of many megabytes would else pile up until the next large collection. Whoever
 * still holds it sees no bytes.
 */
export function freeNow(bytes: Uint8Array): void {
  if (bytes.buffer instanceof ArrayBuffer) bytes.buffer.transfer(0);
}
