/** The application's own numbers: reads its metrics pages, and waits until deliveries have caught up. */
import { AppError, messageOf } from '../src/kernel/errors.ts';
import { sleep } from '../src/kernel/schedule.ts';
import { countedOf } from './domain-measures.ts';
import type { Goal } from './goals.ts';
import { type PageReading, readMetricsPage, sumReadings } from './metrics-page.ts';

/** Where and how the pages are read. */
export interface TargetPages {
  /** One page per instance; their counts are added up. */
  readonly urls: readonly string[];
  readonly fetch: typeof globalThis.fetch;
  readonly signal: AbortSignal;
}

const readTimeoutMs = 10_000;
const pollMs = 500;

/** Polls without a change after which nothing more is expected; longer than the application's longest pause between two tries. */
const quietPolls = 4;

/** @throws UNAVAILABLE when a page does not answer, INVALID_REQUEST when it is not a metrics page */
export async function readPages(pages: TargetPages): Promise<PageReading> {
  const { urls, signal } = pages;
  const readings = await Promise.all(
    urls.map(async (url) => {
      const answer = await pages
        .fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(readTimeoutMs)]) })
        .catch((cause: unknown) => {
          throw new AppError('UNAVAILABLE', `${url} does not answer: ${messageOf(cause)}`, { cause });
        });
      if (!answer.ok)
        throw new AppError('UNAVAILABLE', `${url} answered ${answer.status}; name the page with --metrics`);
      return readMetricsPage(await answer.text());
    }),
  );
  return sumReadings(readings);
}

/**
 * Resolves with the last reading once the goals' events stand still for two seconds, or after `mostMs`: `caughtUp` says which.
 * @throws as {@link readPages}
 */
export async function waitUntilQuiet(
  pages: TargetPages,
  goals: readonly Goal[],
  mostMs: number,
): Promise<{ readonly reading: PageReading; readonly caughtUp: boolean }> {
  const watched = (reading: PageReading): number =>
    goals.reduce((sum, goal) => sum + countedOf(goal, [...reading.values()]), 0);
  let reading = await readPages(pages);
  let quiet = 0;
  for (let waitedMs = 0; waitedMs < mostMs && quiet < quietPolls; waitedMs += pollMs) {
    await sleep(pollMs, pages.signal);
    if (pages.signal.aborted) break;
    const next = await readPages(pages);
    quiet = watched(next) === watched(reading) ? quiet + 1 : 0;
    reading = next;
  }
  return { reading, caughtUp: quiet >= quietPolls };
}
