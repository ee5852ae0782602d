/** How what was refused is said: the way it came, the kind of record, what became of what is sent on. */
import type { StatusAnswer } from '../../contract/index.ts';
import { countText } from './number.ts';
import { listWords } from './words.ts';

type Intake = Pick<StatusAnswer['intake'], 'refused' | 'rejectedRecords'>;

const ways: Readonly<Record<StatusAnswer['intake']['refused'][number]['way'], string>> = {
  http: 'OTLP/HTTP',
  grpc: 'OTLP/gRPC',
  faro: 'web pages',
  scrape: 'metrics pages',
  own: 'the watcher itself',
};

/** Of the way in. */
export function wayWords(way: StatusAnswer['intake']['refused'][number]['way']): string {
  return ways[way];
}

const kinds: Readonly<Record<string, string>> = {
  traces: 'spans',
  metrics: 'metric points',
  logs: 'log records',
  faro: 'of web pages',
};

/** What the records of a signal are called. */
export function recordWords(signal: string): string {
  return kinds[signal] ?? signal;
}

/** `rate_limited` → "rate limited". */
export function reasonWords(reason: string): string {
  return reason.replaceAll('_', ' ');
}

/** "1 204 bodies and 4 records were refused"; null when nothing was. */
export function refusedWords(intake: Intake): string | null {
  const what = refusedCount(intake);
  return what === null ? null : `${what} ${isOne(what) ? 'was' : 'were'} refused`;
}

/** "1 204 bodies and 4 records"; null when nothing was refused. */
export function refusedCount({ refused, rejectedRecords }: Intake): string | null {
  const bodies = refused.reduce((sum, { count }) => sum + count, 0);
  const records = rejectedRecords.reduce((sum, { count }) => sum + count, 0);
  const parts = [
    ...(bodies === 0 ? [] : [`${countText(bodies)} ${bodies === 1 ? 'body' : 'bodies'}`]),
    ...(records === 0 ? [] : [`${countText(records)} ${records === 1 ? 'record' : 'records'}`]),
  ];
  return parts.length === 0 ? null : listWords(parts);
}

const outcomeWords: Readonly<Record<string, string>> = {
  sent: 'sent',
  queue_full: 'dropped, the queue was full',
  rejected_by_receiver: 'left out by the target',
};

/** What became of bodies and records of one lane: "9 120 bodies sent", "310 records left out by the target". */
export function outcomeText({ outcome, bodies, records }: StatusAnswer['forward'][number]['outcomes'][number]): string {
  const words = outcomeWords[outcome] ?? `refused for good (${outcome.replace('http_', '')})`;
  if (bodies === 0) return `${countText(records)} ${records === 1 ? 'record' : 'records'} ${words}`;
  return `${countText(bodies)} ${bodies === 1 ? 'body' : 'bodies'} ${words}`;
}

function isOne(what: string): boolean {
  return what === '1 body' || what === '1 record';
}
