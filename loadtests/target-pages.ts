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

/** Polls at rest after which nothing more is expected; longer than the application's longest pause between two tries. */
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
 * Whether counts have come to rest: over the last two seconds they grew by no more than other traffic explains. `totals`: one count a
 * poll, oldest first. `ambient`: what two seconds without load add, 0 on a target of our own; three standard deviations are allowed.
 */
export function isQuiet(totals: readonly number[], ambient: number): boolean {
  const first = totals.at(-1 - quietPolls);
  const last = totals.at(-1);
  return first !== undefined && last !== undefined && last - first <= ambient + 3 * Math.sqrt(ambient);
}

/** What two seconds add to the goals' events: the traffic of others. @throws as {@link readPages} */
export async function ambientOf(pages: TargetPages, goals: readonly Goal[]): Promise<number> {
  const before = watched(await readPages(pages), goals);
  await sleep(quietPolls * pollMs, pages.signal);
  return Math.max(0, watched(await readPages(pages), goals) - before);
}

/**
 * Resolves with the last reading once the goals' events have come to rest, or after `mostMs`: `caughtUp` says which.
 * @throws as {@link readPages}
 */
export async function waitUntilQuiet(
  pages: TargetPages,
  goals: readonly Goal[],
  ambient: number,
  mostMs: number,
): Promise<{ readonly reading: PageReading; readonly caughtUp: boolean }> {
  let reading = await readPages(pages);
  const totals = [watched(reading, goals)];
  for (let waitedMs = 0; waitedMs < mostMs && !isQuiet(totals, ambient); waitedMs += pollMs) {
    await sleep(pollMs, pages.signal);
    if (pages.signal.aborted) break;
    reading = await readPages(pages);
    totals.push(watched(reading, goals));
  }
  return { reading, caughtUp: isQuiet(totals, ambient) };
}

function watched(reading: PageReading, goals: readonly Goal[]): number {
  return goals.reduce((sum, goal) => sum + countedOf(goal, [...reading.values()]), 0);
}
