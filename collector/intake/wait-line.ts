/** Who waits for the writer, since when, and how long the last in line will wait; the writer answers in order. */

/** So much of the past counts for the writer's speed; before the first part of it nothing is foretold. */
const rememberedMs = 1_000;
const leastMeasuredMs = 50;

/** A first-in first-out line. Times are monotonic ms. */
export class WaitLine {
  #times: number[] = [];
  #sizes: number[] = [];
  #first = 0;
  #waitingBytes = 0;
  #busySinceMs = 0;
  #busyMs = 0;
  #servedBytes = 0;

  join(nowMs: number, bytes: number): void {
    if (this.#first === this.#times.length) this.#busySinceMs = nowMs;
    this.#times.push(nowMs);
    this.#sizes.push(bytes);
    this.#waitingBytes += bytes;
  }

  /** The one that has waited longest goes. */
  leave(nowMs: number): void {
    const bytes = this.#sizes[this.#first];
    if (bytes === undefined) return;
    this.#first += 1;
    this.#waitingBytes -= bytes;
    this.#servedBytes += bytes;
    this.#busyMs += nowMs - this.#busySinceMs;
    this.#busySinceMs = nowMs;
    if (this.#busyMs > rememberedMs) {
      this.#busyMs /= 2;
      this.#servedBytes /= 2;
    }
    if (this.#first === this.#times.length || this.#first >= 1_024) {
      this.#times = this.#times.slice(this.#first);
      this.#sizes = this.#sizes.slice(this.#first);
      this.#first = 0;
    }
  }

  /** Null when nobody waits. */
  oldest(): number | null {
    return this.#times[this.#first] ?? null;
  }

  /** By the writer's speed while it had something to do; 0 while that is not known. */
  expectedMs(): number {
    return this.#busyMs < leastMeasuredMs ? 0 : (this.#waitingBytes * this.#busyMs) / this.#servedBytes;
  }
}
