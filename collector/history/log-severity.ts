/** Severities of log records: OTLP's numbers, our words, and what senders write. */
import type { LogRecord } from '../../src/contract/index.ts';

const names = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
const perName = 4;

/** Words that senders write where they give no number; lower case. */
const numberOfText: ReadonlyMap<string, number> = new Map(
  Object.entries({
    trace: 1,
    verbose: 1,
    silly: 1,
    debug: 5,
    log: 9,
    info: 9,
    information: 9,
    informational: 9,
    notice: 10,
    warn: 13,
    warning: 13,
    err: 17,
    error: 17,
    severe: 17,
    critical: 21,
    crit: 21,
    alert: 21,
    emergency: 21,
    emerg: 21,
    panic: 21,
    fatal: 21,
  }),
);

/** The word for OTLP's number (1–4 trace, 5–8 debug, … 21–24 fatal; logs data model, SeverityNumber). */
export function severityName(number: number): LogRecord['severity'] {
  return names[Math.ceil(number / perName) - 1] ?? 'unset';
}

/** The least number that is at least this severe; 0 for `unset`, which everything is. */
export function severityNumber(name: LogRecord['severity']): number {
  return name === 'unset' ? 0 : names.indexOf(name) * perName + 1;
}

/** The number that a sender's word stands for, such as WARN or Error; 0 when it is no such word. */
export function severityOfText(text: string): number {
  return numberOfText.get(text.trim().toLowerCase()) ?? 0;
}
