/** Keeps what was made until the watermark has moved on. */
import { sliceMs } from '../kernel/conventions.ts';

interface KeptValue {
  readonly madeFor: number;
  readonly value: unknown;
}

/** A class because it holds what was made; one per view. */
export class Kept {
  readonly #watermarkMs: () => number;
  readonly #values = new Map<string, KeptValue>();

  constructor(watermarkMs: () => number) {
    this.#watermarkMs = watermarkMs;
  }

  /** What `make` gave under this name, made again after `ticks` slices of 10 s. */
  get<T>(name: string, ticks: number, make: () => T): T {
    const madeFor = Math.floor(this.#watermarkMs() / sliceMs.fine / ticks);
    const kept = this.#values.get(name);
    if (kept !== undefined && kept.madeFor === madeFor) return kept.value as T;
    const value = make();
    this.#values.set(name, { madeFor, value });
    return value;
  }
}
