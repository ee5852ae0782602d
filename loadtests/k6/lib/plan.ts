/** The options of a script: arrivals at a constant rate that wait for nobody, and listeners beside them. */
import type { Options, Scenario } from 'k6/options';
import type { Book } from './goals.ts';
import { connectSeconds, listenAfterSeconds, requestTimeoutSeconds, settings } from './settings.ts';

/** What a script says about itself. */
export interface Shape {
  /** Requests of one arrival, one after the other. */
  readonly requests: number;
  /** Virtual users that hold a socket; 0 = the script exports no `online`. */
  readonly listeners: number;
}

/** The script exports `arrive`, and `online` where there are listeners. */
export function planOf(book: Book, { requests, listeners }: Shape): Options {
  const worstSeconds = requests * requestTimeoutSeconds;
  const arrivals: Scenario = {
    executor: 'constant-arrival-rate',
    exec: 'arrive',
    startTime: `${listeners > 0 ? connectSeconds : 0}s`,
    rate: Math.round(settings.rate * 10),
    timeUnit: '10s',
    duration: `${settings.seconds}s`,
    // Enough for every arrival of the worst iteration time: a dropped arrival is never for want of a virtual user we could have had.
    preAllocatedVUs: Math.ceil(settings.rate * worstSeconds) + 1,
    gracefulStop: `${worstSeconds}s`,
  };
  const online: Scenario = {
    executor: 'per-vu-iterations',
    exec: 'online',
    vus: Math.max(1, listeners),
    iterations: 1,
    maxDuration: `${connectSeconds + settings.seconds + listenAfterSeconds + 10}s`,
  };
  return {
    scenarios: listeners > 0 ? { arrivals, online } : { arrivals },
    ...(settings.judged ? { thresholds: thresholdsOf(book) } : {}),
    summaryTrendStats: ['count', 'min', 'med', 'p(90)', 'p(95)', 'p(99)', 'max'],
  };
}

/** Arrivals that found no virtual user are failures of the step: at most 2 % of the plan. */
function thresholdsOf(book: Book): Record<string, string[]> {
  const most = Math.floor(settings.rate * settings.seconds * 0.02);
  return { ...book.thresholds, dropped_iterations: [`count<=${most}`] };
}
