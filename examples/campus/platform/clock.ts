/** Time as a parameter, so that tests can hold it still. */

/** `nowMs` is Unix time in ms; `monotonicMs` only goes forward and has no epoch. */
export interface Clock {
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
}

/** The machine's clock. */
export const systemClock: Clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
