/** Log records in words: severity, time, the line itself, and what a list of them says. Pure. */
import type { LogRecord } from '../../contract/index.ts';
import { durationText } from './number.ts';
import type { Mark, Tone } from './state.ts';
import { listWords, plural } from './words.ts';

const tones: Readonly<Record<LogRecord['severity'], Tone>> = {
  fatal: 'breached',
  error: 'breached',
  warn: 'pending',
  info: 'none',
  debug: 'none',
  trace: 'none',
  unset: 'none',
};

const words: Readonly<Record<LogRecord['severity'], string>> = {
  fatal: 'fatal',
  error: 'error',
  warn: 'warning',
  info: 'info',
  debug: 'debug',
  trace: 'trace',
  unset: 'no severity',
};

/** The severity as it is shown. */
export function severityMark(severity: LogRecord['severity']): Mark {
  return { word: words[severity], tone: tones[severity] };
}

/** Severities to choose from, the least of them first; each stands for itself and all above. */
export const severityChoices: readonly (readonly [LogRecord['severity'], string])[] = [
  ['debug', 'debug and above'],
  ['info', 'info and above'],
  ['warn', 'warnings and above'],
  ['error', 'errors'],
];

/** Unix ms with a fraction. */
export function timeMsOf(record: Pick<LogRecord, 'timeUnixNano'>): number {
  return Number(BigInt(record.timeUnixNano) / 1_000n) / 1_000;
}

/** "12:04:20.127" of a UTC day. */
export function clockText(record: LogRecord): string {
  return new Date(timeMsOf(record)).toISOString().slice(11, 23);
}

/** "2026-03-04 12:04:20.127 UTC". */
export function momentText(record: LogRecord): string {
  return `${new Date(timeMsOf(record)).toISOString().slice(0, 23).replace('T', ' ')} UTC`;
}

/** "+12 ms", "−3 ms": from the start of a trace. */
export function offsetText(ms: number): string {
  return ms < 0 ? `−${durationText(-ms)}` : `+${durationText(ms)}`;
}

/** The text in one line; a record without any says so. */
export function lineOf(record: LogRecord): string {
  const line = record.body.replace(/\s+/g, ' ').trim();
  return line === '' ? '(no text)' : line.slice(0, 400);
}

/** "The latest 100 records: 3 errors and 5 warnings." */
export function logsSentence(records: readonly LogRecord[], hasMore: boolean): string {
  const errors = records.filter((one) => one.severity === 'error' || one.severity === 'fatal').length;
  const warnings = records.filter((one) => one.severity === 'warn').length;
  const counted = [
    ...(errors > 0 ? [plural(errors, 'error')] : []),
    ...(warnings > 0 ? [plural(warnings, 'warning')] : []),
  ];
  const head = hasMore ? `The latest ${plural(records.length, 'record')}` : plural(records.length, 'record');
  return `${head}: ${counted.length === 0 ? 'no error and no warning' : listWords(counted)}.`;
}

/** What a damaged store keeps from an answer about logs; null when it keeps nothing. */
export function damagedSentence(records: number): string | null {
  if (records === 0) return null;
  return `Up to ${plural(records, 'log record')} of that time can not be read: what is stored of them is damaged. The rest is complete.`;
}
