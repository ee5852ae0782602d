/** The map in words: the sentence that opens it, and each domain and call as one could say it aloud. */
import type { MapEdge, MapNode, ServiceMap } from '../../contract/index.ts';
import { isTraced } from './map-spans.ts';
import { countText, durationText, percentText, significant } from './number.ts';
import { capitalise, numberWord, plural } from './words.ts';

/** The windows that the page offers, in minutes. */
export const mapWindows = [15, 60, 360, 1440] as const;

/** 15 → "15 minutes", 60 → "hour", 1440 → "24 hours". */
export function windowWords(minutes: number): string {
  if (minutes === 60) return 'hour';
  return minutes % 60 === 0 ? plural(minutes / 60, 'hour') : plural(minutes, 'minute');
}

/** Share of calls or requests that failed from which an edge or a domain is marked. */
const notableErrors = 0.01;

/** True when so many failed that it is marked. */
export function isFailing({ errorRatio }: Pick<MapEdge, 'errorRatio'>): boolean {
  return errorRatio !== null && errorRatio >= notableErrors;
}

/** "Ten domains call each other in 13 ways in the last hour; feed calls users most, 670 times a minute. 3.1 % of the requests of media fail." */
export function mapSentence({ nodes, edges }: Pick<ServiceMap, 'nodes' | 'edges'>, minutes: number): string {
  const when = `in the last ${windowWords(minutes)}`;
  const domains = `${capitalise(numberWord(nodes.length))} ${nodes.length === 1 ? 'domain' : 'domains'}`;
  if (edges.length === 0) return `${domains} served requests ${when}; no call from one to another was counted.`;
  const busiest = edges.reduce((most, edge) => (byRate(edge, most) < 0 ? edge : most));
  const rate = busiest.callsPerMinute === null ? '' : `, ${significant(busiest.callsPerMinute)} times a minute`;
  const parts = [
    `${domains}, ${plural(edges.length, 'kind')} of calls between them ${when}; ${busiest.from} calls ${busiest.to} most${rate}.`,
  ];
  const failing = worstOf(nodes);
  if (failing !== null) parts.push(`${percentText(failing.errorRatio)} of what ${failing.domain} is asked fails.`);
  const edge = worstOf(edges);
  if (edge !== null) parts.push(`${percentText(edge.errorRatio)} of the calls from ${edge.from} to ${edge.to} fail.`);
  return parts.join(' ');
}

/** The most frequent first: calls counted in traces may be of a shorter time than the others. */
export function byRate(left: MapEdge, right: MapEdge): number {
  return (right.callsPerMinute ?? 0) - (left.callsPerMinute ?? 0) || right.calls - left.calls;
}

function worstOf<One extends Pick<MapEdge, 'errorRatio'>>(all: readonly One[]): One | null {
  const failing = all.filter(isFailing);
  if (failing.length === 0) return null;
  return failing.reduce((worst, one) => ((one.errorRatio ?? 0) > (worst.errorRatio ?? 0) ? one : worst));
}

/** "feed: 280 a minute, 95 % within 182 ms, 0.2 % of 16.8 k fail". */
export function nodeWords(node: MapNode): string {
  if (node.requestsPerMinute === null) return `${node.domain}: nothing asked of it was counted`;
  const { requests: calls, errorRatio } = node;
  const failed = errorRatio === null ? [] : [failedWords({ calls, errorRatio, knownOutcomes: calls })];
  return `${node.domain}: ${[rateWords(node.requestsPerMinute), ...durationWords(node), ...failed].join(', ')}`;
}

/** "feed calls users, waiting for it: 670 a minute, 95 % within 12 ms, none of 40.2 k fails, strong". */
export function edgeWords(edge: MapEdge): string {
  const how = edge.mode === 'async' ? 'reaches' : 'calls';
  const mode = edge.mode === 'async' ? 'asynchronously' : 'waiting for the answer';
  const rate = edge.callsPerMinute === null ? plural(edge.calls, 'call') : rateWords(edge.callsPerMinute);
  const strength = edge.strong === true ? ['strong'] : edge.strong === null ? ['strength unknown'] : [];
  const source = isTraced(edge) ? ['counted in traces'] : [];
  return `${edge.from} ${how} ${edge.to}, ${mode}: ${[rate, ...durationWords(edge), failedWords(edge), ...strength, ...source].join(', ')}`;
}

/** "670 a minute"; less than one a minute is told by the hour. */
export function rateWords(perMinute: number): string {
  return perMinute < 1 ? `${significant(perMinute * 60)} an hour` : `${significant(perMinute)} a minute`;
}

function durationWords({ p95Ms }: Pick<MapEdge, 'p95Ms'>): string[] {
  return p95Ms === null ? [] : [`95 % within ${durationText(p95Ms)}`];
}

/** "3.4 % of 5 210 fail", "none of 5 210 fails"; says so where not all calls tell how they ended. */
export function failedWords({
  calls,
  errorRatio,
  knownOutcomes,
}: Pick<MapEdge, 'calls' | 'errorRatio' | 'knownOutcomes'>): string {
  if (errorRatio === null) return 'how many fail is unknown: the calls do not tell how they ended';
  const of = countText(knownOutcomes);
  const words = errorRatio === 0 ? `none of ${of} fails` : `${percentText(errorRatio)} of ${of} fail`;
  return knownOutcomes < calls
    ? `${words} (${countText(calls - knownOutcomes)} more do not tell how they ended)`
    : words;
}
