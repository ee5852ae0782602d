/** What a run is told by its environment; every value has a default, so that `k6 run feed.ts` works by itself. */

/** Seconds after which a request without an answer counts as failed. */
export const requestTimeoutSeconds = 2;

/** Seconds that listeners stay after the last arrival, none when warming up; what comes later is bad in any case. */
export const listenAfterSeconds = __ENV.SEAM_JUDGED === 'no' ? 0 : 4;

/** Seconds before the first arrival, in which the listeners open their sockets. */
export const connectSeconds = 1;

export interface Settings {
  /** Base address of the application, without a slash at the end. */
  readonly target: string;
  /** Arrivals per second, in steps of 0.1. */
  readonly rate: number;
  readonly seconds: number;
  /** Where the summary is written as JSON; null = a short text on standard output. */
  readonly summaryFile: string | null;
  /** Part of every correlation ID of this run. */
  readonly run: string;
  /** Whether thresholds are judged; not while warming up. */
  readonly judged: boolean;
  /** Share of requests whose trace is recorded, 0..1. */
  readonly sampled: number;
  /** People, conversations and posts that an earlier run prepared, as JSON; null = prepare them. */
  readonly world: string | null;
}

export const settings: Settings = {
  target: (__ENV.SEAM_TARGET ?? 'http://127.0.0.1:4700').replace(/\/+$/, ''),
  rate: numberOf('SEAM_RATE', 10),
  seconds: numberOf('SEAM_SECONDS', 30),
  summaryFile: __ENV.SEAM_SUMMARY ?? null,
  run: __ENV.SEAM_RUN ?? 'alone',
  judged: __ENV.SEAM_JUDGED !== 'no',
  sampled: numberOf('SEAM_SAMPLED', 0.01),
  world: __ENV.SEAM_WORLD ?? null,
};

function numberOf(name: string, usual: number): number {
  const text = __ENV[name];
  if (text === undefined) return usual;
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new RangeError(`${name}=${text} must be a number, 0 or more`);
}
