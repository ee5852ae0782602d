/** Which sinks an alert goes to. Pure. */
import type { AlertKind, AlertRecord, Severity } from './alert-record.ts';
import { domainName } from './alert-record.ts';

/** Every condition that is given must hold; domain `all` names alerts of all domains. */
export interface Route {
  readonly match: {
    readonly severity?: Severity | undefined;
    readonly domain?: string | undefined;
    readonly kind?: AlertKind | undefined;
  };
  readonly to: readonly string[];
}

/** What a route is matched against; `kind` null = a plain announcement, which no route with a kind matches. */
export interface Routed extends Pick<AlertRecord, 'domain' | 'severity'> {
  readonly kind: AlertKind | null;
}

/** Ids of the sinks: those of the first route that matches, none when none does; all sinks when there are no routes. */
export function routeOf(alert: Routed, routes: readonly Route[], allSinks: readonly string[]): readonly string[] {
  if (routes.length === 0) return allSinks;
  const { to } = routes.find(({ match }) => matches(match, alert)) ?? { to: [] };
  return [...new Set(to)];
}

function matches(match: Route['match'], alert: Routed): boolean {
  return (
    (match.severity === undefined || match.severity === alert.severity) &&
    (match.domain === undefined || match.domain === domainName(alert.domain)) &&
    (match.kind === undefined || match.kind === alert.kind)
  );
}
