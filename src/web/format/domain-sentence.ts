/** Sentences about one domain's last hour: what it serves, how its rate, errors and durations went. */
import type { DomainDetail, DomainPoint } from '../../contract/index.ts';
import { countText, durationText, percentText, significant } from './number.ts';
import { capitalise, listWords, numberWord } from './words.ts';

/** True when nobody outside asks this domain, so that the calls of other domains are what is counted. */
export function countsCalls({ counted }: Pick<DomainDetail, 'counted'>): boolean {
  return counted === 'calls';
}

/** `isCouplingKnown`: some call between domains was ever counted. "Search serves 91 requests a minute, 95 % of them within 214 ms, 0.03 % with an error; it is coupled strongly with posts. One alert is open." */
export function domainSentence(detail: DomainDetail, openAlerts: number, isCouplingKnown: boolean): string {
  const alerts =
    openAlerts === 0 ? '' : ` ${capitalise(numberWord(openAlerts))} alert${openAlerts === 1 ? ' is' : 's are'} open.`;
  return `${detail.title} ${trafficWords(detail)}; ${couplingWords(detail, isCouplingKnown)}.${alerts}`;
}

function couplingWords({ strongNeighbours }: DomainDetail, isKnown: boolean): string {
  if (strongNeighbours.length > 0) return `it is coupled strongly with ${listWords(strongNeighbours)}`;
  return isKnown ? 'it is coupled strongly with no other domain' : 'no call between domains has been seen yet';
}

function trafficWords(detail: DomainDetail): string {
  if (countsCalls(detail)) {
    const last = lastKnown(detail.points);
    const rate = significant(last?.requestsPerMinute ?? 0);
    return `answers nobody outside; other domains call it ${rate} times a minute, 95 % of the calls within ${durationText(last?.p95Ms ?? null)}`;
  }
  const { requestsPerMinute, p95Ms, errorRatio } = detail;
  if (detail.points.every(({ n }) => n === null)) return 'is not heard: nothing is known of its last hour';
  if (requestsPerMinute === null || requestsPerMinute === 0) return 'has no traffic now';
  return `serves ${significant(requestsPerMinute)} requests a minute, 95 % of them within ${durationText(p95Ms)}, ${percentText(errorRatio)} with an error`;
}

/** "91 in the last minute, between 70 and 120." with the minutes that are not known. */
export function rateWords(points: readonly DomainPoint[]): string {
  const rates = points.flatMap(({ requestsPerMinute }) => (requestsPerMinute === null ? [] : [requestsPerMinute]));
  const last = rates.at(-1);
  if (last === undefined) return 'Nothing is known of the last hour.';
  return `${significant(last)} in the last minute, ${betweenWords(rates, significant)}. ${gapWords(points)}`;
}

/** What the page's numbers count, and why: "requests from outside are counted". */
export function countedWords(counted: DomainDetail['counted']): string {
  switch (counted) {
    case 'requests':
      return 'Counted below: requests from outside; calls by other domains are not among them';
    case 'calls':
      return 'Counted below: calls by other domains, because nobody outside asks this one';
    case null:
      return 'Nothing was counted: neither a request from outside nor a call by another domain';
    default:
      return counted satisfies never;
  }
}

/** "0.4 % of 5 460 requests over the hour, highest 2.1 % at 12:41." */
export function errorWords(points: readonly DomainPoint[], counted: 'requests' | 'calls' = 'requests'): string {
  const known = points.filter(({ n, errorRatio }) => (n ?? 0) > 0 && errorRatio !== null);
  const n = known.reduce((sum, point) => sum + (point.n ?? 0), 0);
  if (n === 0) return 'Nothing was asked, so nothing failed.';
  const errors = known.reduce((sum, point) => sum + (point.n ?? 0) * (point.errorRatio ?? 0), 0);
  if (errors === 0) return `None of ${countText(n)} ${counted} over the hour.`;
  const worst = known.reduce((most, point) => ((point.errorRatio ?? 0) > (most.errorRatio ?? 0) ? point : most));
  return `${percentText(errors / n)} of ${countText(n)} ${counted} over the hour, highest ${percentText(worst.errorRatio)} at ${clockText(worst.at)}.`;
}

/** "p95 was 412 ms in the last minute, between 80 ms and 640 ms (12:41)." */
export function latencyWords(points: readonly DomainPoint[]): string {
  const known = points.filter(({ p95Ms }) => p95Ms !== null);
  const last = known.at(-1);
  if (last === undefined) return 'No duration is known of the last hour.';
  const worst = known.reduce((most, point) => ((point.p95Ms ?? 0) > (most.p95Ms ?? 0) ? point : most));
  const lowest = Math.min(...known.map(({ p95Ms }) => p95Ms ?? 0));
  return `95 % within ${durationText(last.p95Ms)} in the last minute; by the minute between ${durationText(lowest)} and ${durationText(worst.p95Ms)} (at ${clockText(worst.at)}).`;
}

/** What a picture says of one minute: "12:41 UTC: 91 a minute, n 91", "… 0.4 % of n 91", "… p50 60 ms, p95 214 ms, n 91". */
export function minuteWords(point: DomainPoint, of: 'rate' | 'errors' | 'durations'): string {
  const at = `${clockText(point.at)} UTC`;
  if (point.n === null) return `${at}: no data`;
  if (point.n === 0) return `${at}: nothing was asked (n 0)`;
  const n = `n ${countText(point.n)}`;
  switch (of) {
    case 'rate':
      return `${at}: ${significant(point.requestsPerMinute ?? 0)} a minute, ${n}`;
    case 'errors':
      return `${at}: ${percentText(point.errorRatio)} of ${n}`;
    case 'durations':
      return `${at}: p50 ${durationText(point.p50Ms)}, p95 ${durationText(point.p95Ms)}, ${n}`;
    default:
      return of satisfies never;
  }
}

/** "18 % of all requests", "12 % of the database's time (on its tables)", "CPU: not attributed to domains". */
export function shareWords(shares: DomainDetail['shares']): readonly string[] {
  return [
    shares.requests === null
      ? 'share of requests unknown'
      : `${percentText(shares.requests)} of all requests from outside`,
    shares.databaseTime === null
      ? "share of the database's time unknown: no documented tables, or no query measured"
      : `${percentText(shares.databaseTime)} of the database's time is spent on its tables`,
    shares.cpu === null ? 'CPU time is not attributed to domains' : `${percentText(shares.cpu)} of the CPU time`,
  ];
}

/** The hour and minute of a time, UTC: "12:41". */
export function clockText(iso: string): string {
  return new Date(iso).toISOString().slice(11, 16);
}

function lastKnown(points: readonly DomainPoint[]): DomainPoint | undefined {
  return points.findLast(({ n }) => (n ?? 0) > 0);
}

function betweenWords(values: readonly number[], format: (value: number) => string): string {
  return `between ${format(Math.min(...values))} and ${format(Math.max(...values))} over the hour`;
}

/** "No gaps." or "4 of 60 minutes without data." */
export function gapWords(points: readonly DomainPoint[]): string {
  const gaps = points.filter(({ n }) => n === null).length;
  return gaps === 0 ? 'No gaps.' : `${gaps} of ${points.length} minutes without data.`;
}
