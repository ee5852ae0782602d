/** Today's busiest time of what a scenario loads, as far as a running instance knows it. */
import type { Scenario } from '../../loadtests/index.ts';
import type { DomainDetail } from '../contract/index.ts';
import { askInstance } from './instance.ts';
import type { Found } from './settings.ts';

/**
 * Arrivals per second: each arrival of a scenario asks each of its domains once, so it is the busiest of them. Null when no instance
 * runs or it knows no traffic.
 */
export async function todayPeakOf(found: Found, scenario: Scenario, token: string | null): Promise<number | null> {
  if (found.kind !== 'running') return null;
  const domains = [...new Set(scenario.events.flatMap(({ labels }) => labels.domain ?? []))];
  const peaks = await Promise.all(domains.map((domain) => busiestMinute(found.run.url, domain, token)));
  const known = peaks.filter((peak) => peak !== null);
  return known.length === 0 ? null : Math.round((Math.max(...known) / 60) * 10) / 10;
}

/** Requests per minute; an instance that does not answer is no reason not to rehearse. */
async function busiestMinute(url: string, domain: string, token: string | null): Promise<number | null> {
  const detail = await askInstance<DomainDetail>({ url, token }, `domains/${domain}`).catch(() => null);
  const rates = (detail?.points ?? []).flatMap(({ requestsPerMinute }) => requestsPerMinute ?? []);
  return rates.length === 0 ? null : Math.max(...rates);
}
