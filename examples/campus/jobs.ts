/** What the monolith does by itself from time to time. */
import type { Domains } from './domains.ts';
import { every, type Log, messageOf, type Stop } from './platform/index.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;

/** A demo's night comes every quarter of an hour, and its mail digest every hour instead of every day. */
const nightMs = 15 * minuteMs;

/** Starts the jobs; the returned function ends them. Nothing that is older than a demo needs is kept. */
export function startJobs(domains: Domains, log: Log): Stop {
  const { feed, notifications, recommendations, analytics } = domains;
  const job = (name: string, everyMs: number, work: () => Promise<unknown>): Stop =>
    every(
      everyMs,
      async () => {
        await work();
      },
      (error) => log.error({ job: name }, `job failed: ${messageOf(error)}`),
    );
  const stops = [
    job('feed.rerank', minuteMs, () => feed.rerank(100)),
    job('recommendations.recompute', nightMs, recommendations.recompute),
    job('notifications.digest', hourMs, notifications.digest),
    job('feed.prune', minuteMs, () => feed.prune(3 * hourMs)),
    job('notifications.prune', minuteMs, () => notifications.prune(2 * hourMs)),
    job('analytics.prune', minuteMs, () => analytics.prune(6 * hourMs)),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
