/** Reads every target's metrics page at its beat, each from an offset of its own so that they do not come all at once. */
import type { Clock } from '../../../src/kernel/clock.ts';
import { messageOf } from '../../../src/kernel/errors.ts';
import type { Log } from '../../../src/kernel/log.ts';
import { after, repeat, type Scheduled } from '../../../src/kernel/schedule.ts';
import type { HandedTelemetry, Received } from '../receive-handed.ts';
import type { ScrapeTarget } from './target.ts';
import { type ScrapeStatus, type SilentTarget, TargetWatch } from './target-watch.ts';

/** What scraping is done with; `random` gives numbers in [0, 1). */
export interface ScraperOptions {
  readonly targets: readonly ScrapeTarget[];
  readonly receive: (handed: HandedTelemetry) => Promise<Received>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly fetch: typeof globalThis.fetch;
}

export interface Scraper {
  readonly start: () => void;
  /** Reads every page once, now; resolves when all are read and stored, or have failed. Never throws. */
  readonly run: () => Promise<void>;
  /** Ends what is under way. */
  readonly close: () => Promise<void>;
  /** One per target, in the order of the configuration. */
  readonly status: () => readonly ScrapeStatus[];
  /** Pages that are expected and do not come: what they show is not known now. */
  readonly silent: () => readonly SilentTarget[];
}

export function createScraper(options: ScraperOptions): Scraper {
  const { targets, receive, clock, random, log, fetch } = options;
  const ending = new AbortController();
  const network = { fetch, signal: ending.signal };
  const watches = targets.map((target) => new TargetWatch(target, { receive, clock, log, network }));
  const beats = watches.map((watch) => createBeat(watch, log));
  return {
    start: () => {
      for (const [index, beat] of beats.entries()) {
        const everyMs = targets[index]?.everyMs ?? 0;
        beat.start(random() * everyMs, everyMs);
      }
    },
    run: async () => {
      await Promise.all(beats.map((beat) => beat.run()));
    },
    close: async () => {
      ending.abort();
      await Promise.all(beats.map((beat) => beat.close()));
    },
    status: () => watches.map((watch) => watch.status()),
    silent: () => watches.flatMap((watch) => watch.silence() ?? []),
  };
}

interface Beat {
  readonly start: (offsetMs: number, everyMs: number) => void;
  readonly run: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** One page is read once at a time: a run during another is that one. */
function createBeat(watch: TargetWatch, log: Log): Beat {
  let running: Promise<void> | null = null;
  let schedule: Scheduled | null = null;
  let cancelFirst = (): void => {};
  let isClosed = false;
  const run = (): Promise<void> => {
    running ??= watch.scrape().finally(() => {
      running = null;
    });
    return running;
  };
  const onError = (error: unknown): void => log.error({}, `scraping failed: ${messageOf(error)}`);
  return {
    start: (offsetMs, everyMs) => {
      cancelFirst = after(offsetMs, () => {
        run().catch(onError);
        if (!isClosed) schedule = repeat(everyMs, run, onError);
      });
    },
    run,
    close: async () => {
      isClosed = true;
      cancelFirst();
      await schedule?.close();
      await running;
    },
  };
}
