/** Log records in the terminal's waterfall: short lines below the span that wrote them. */
import type { LogRecord } from '../contract/index.ts';

/** Of one span so many are shown: the most severe, in the order of their time. */
const mostOfSpan = 4;
const order: readonly LogRecord['severity'][] = ['unset', 'trace', 'debug', 'info', 'warn', 'error', 'fatal'];
const words: Readonly<Record<LogRecord['severity'], string>> = {
  unset: '-',
  trace: 'trace',
  debug: 'debug',
  info: 'info',
  warn: 'warning',
  error: 'ERROR',
  fatal: 'FATAL',
};

/** `logs` are of one span, oldest first; each line is at most `columns` wide and begins `indent` characters in. */
export function logLines(logs: readonly LogRecord[], indent: number, columns: number): string[] {
  const shown = new Set(
    [...logs].sort((left, right) => order.indexOf(right.severity) - order.indexOf(left.severity)).slice(0, mostOfSpan),
  );
  const lines = logs.filter((one) => shown.has(one)).map((one) => `${words[one.severity].padEnd(7)} ${lineOf(one)}`);
  if (logs.length > shown.size) lines.push(`… and ${logs.length - shown.size} more`);
  const room = Math.max(20, columns - indent - 2);
  return lines.map((line) => `${' '.repeat(indent)}› ${line.length > room ? `${line.slice(0, room - 1)}…` : line}`);
}

/** At most `columns` wide, without what a terminal would obey; the indent stays. */
export function cutLine(text: string, columns: number): string {
  const indent = /^ */.exec(text)?.[0] ?? '';
  const line = `${indent}${tame(text)}`;
  return line.length > columns ? `${line.slice(0, Math.max(1, columns - 1))}…` : line;
}

function lineOf({ body }: LogRecord): string {
  const line = tame(body);
  return line === '' ? '(no text)' : line;
}

/** One line without what a terminal would obey. */
function tame(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is to be taken out
  return text.replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
}
