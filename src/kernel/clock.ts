/** The only place that reads the wall clock; everything else takes a {@link Clock}. */

/** A source of time. `nowMs` is Unix time in ms (may jump); `monotonicMs` only goes forward and has no epoch. */
export interface Clock {
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
}

/** The machine's clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};

/** A clock that stands still until it is told to move; for tests. */
export interface FakeClock extends Clock {
  readonly advance: (ms: number) => void;
  readonly set: (unixMs: number) => void;
}

/** Starts at `startMs` (Unix ms). `set` moves the wall clock alone, `advance` moves both. */
export function fakeClock(startMs: number): FakeClock {
  let wall = startMs;
  let monotonic = 0;
  return {
    nowMs: () => wall,
    monotonicMs: () => monotonic,
    advance: (ms) => {
      wall += ms;
      monotonic += ms;
    },
    set: (unixMs) => {
      wall = unixMs;
    },
  };
}

/** ISO 8601 in UTC with ms, as every API answer carries it. */
export function isoTime(unixMs: number): string {
  return new Date(unixMs).toISOString();
}
