/** Ties Sentry's errors to the trace, correlation and domain of the work in progress. For `@sentry/node` 11. */
import { openTelemetryIntegration } from '@sentry/node';
import { logFields } from './correlation.ts';

/** What Sentry calls an integration. */
export type Integration = Omit<ReturnType<typeof openTelemetryIntegration>, 'name'> & { name: string };

/** What is needed of `@sentry/node` when it is initialised already. */
export interface SentryLike {
  readonly addIntegration: (integration: Integration) => void;
}

/**
 * Options for `Sentry.init`: leave `tracesSampleRate` unset beside them, or Sentry makes spans of its own.
 * @example Sentry.init({ dsn, ...sentryOptions() })
 */
export function sentryOptions(): { readonly integrations: Integration[] } {
  return { integrations: [openTelemetryIntegration(), correlationIntegration()] };
}

/** The same for a Sentry that is initialised already. */
export function correlateSentry(sentry: SentryLike): void {
  for (const integration of sentryOptions().integrations) sentry.addIntegration(integration);
}

/** Tags every event with `correlation_id` and `domain`; the app's own tags win. */
function correlationIntegration(): Integration {
  return {
    name: 'Seamwatch',
    processEvent: (event) => {
      const { correlation_id, domain } = logFields();
      const tags = {
        ...(correlation_id === undefined ? {} : { correlation_id }),
        ...(domain === undefined ? {} : { domain }),
      };
      return { ...event, tags: { ...tags, ...event.tags } };
    },
  };
}
