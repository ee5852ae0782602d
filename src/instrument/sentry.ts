/** Ties Sentry's errors to the trace, correlation and domain of the work in progress. Imports nothing of Sentry. */
import { logFields } from './correlation.ts';

/** What is needed of `@sentry/node` 11. */
export interface SentryLike {
  readonly addEventProcessor: (
    processor: (event: { tags?: Record<string, unknown> }) => { tags?: Record<string, unknown> },
  ) => void;
}

/** Adds tags `correlation_id` and `domain` to every event. */
export function correlateSentry(sentry: SentryLike): void {
  sentry.addEventProcessor((event) => ({ ...event, tags: { ...event.tags, ...logFields() } }));
}
