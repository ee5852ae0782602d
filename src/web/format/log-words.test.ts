/** Log records in words, and their places in the waterfall. */
import { describe, expect, it } from 'vitest';
import type { LogRecord } from '../../contract/index.ts';
import { withLogs } from '../fixture/logs.ts';
import { slowTraceId, tracesAt } from '../fixture/traces.ts';
import { layoutTraces } from '../trace/layout.ts';
import { marksByRow, placeLogs } from '../trace/log-marks.ts';
import { clockText, damagedSentence, lineOf, logsSentence, momentText, offsetText, severityMark } from './log-words.ts';

const nowMs = Date.UTC(2026, 2, 4, 12);
const traces = withLogs(tracesAt(nowMs));
const slow = traces.filter((one) => one.traceId === slowTraceId);
const record: LogRecord = {
  timeUnixNano: '1772625860127400000',
  severity: 'warn',
  severityText: null,
  body: 'first\n  second',
  attributes: {},
  traceId: null,
  spanId: null,
  correlationId: null,
  domain: null,
  serviceName: null,
  source: 'otlp',
};

describe('a record', () => {
  it('is one line with its time of day, and says when it has no text', () => {
    expect(lineOf(record)).toBe('first second');
    expect(lineOf({ ...record, body: ' ' })).toBe('(no text)');
    expect(clockText(record)).toBe('12:04:20.127');
    expect(momentText(record)).toBe('2026-03-04 12:04:20.127 UTC');
  });

  it('has a word and a shape for each severity', () => {
    expect(severityMark('warn')).toEqual({ word: 'warning', tone: 'pending' });
    expect(severityMark('fatal').tone).toBe('breached');
    expect(severityMark('unset').word).toBe('no severity');
  });

  it('may be before the first span', () => {
    expect([offsetText(12), offsetText(-3)]).toEqual(['+12 ms', '−3 ms']);
  });
});

describe('a list of records', () => {
  it('counts errors and warnings in its sentence', () => {
    const error = { ...record, severity: 'error' } as const;
    expect(logsSentence([record, error, { ...record, severity: 'fatal' }], false)).toBe(
      '3 records: 2 errors and 1 warning.',
    );
    expect(logsSentence([{ ...record, severity: 'info' }], true)).toBe('The latest 1 record: no error and no warning.');
  });
});

describe('records in a waterfall', () => {
  it('stand on the row of their span at their time', () => {
    const waterfall = layoutTraces(slow, true);
    const logs = placeLogs(slow, waterfall);
    expect(logs.map((log) => [Math.round(log.atMs * 10) / 10, log.rowKey?.split(':')[1]])).toEqual([
      [4.2, 'a000000000000002'],
      [45.1, 'a000000000000006'],
      [5231.4, 'a00000000000000a'],
      [6409, 'a00000000000000d'],
    ]);
    expect(marksByRow(logs).get(`${slowTraceId}:a00000000000000a`)).toMatchObject([{ tone: 'pending' }]);
  });

  it('stand on the row that their span was folded into, and on none when the span is unknown', () => {
    const feed = traces.filter((one) => one.spanCount === 33);
    const folded = layoutTraces(feed, true);
    const [first] = placeLogs(feed, folded);
    expect(folded.rows.find((row) => row.key === first?.rowKey)?.count).toBe(28);
    const lost = slow.map((trace) => ({
      ...trace,
      logs: trace.logs.map((log) => ({ ...log, spanId: 'ffffffffffffffff' })),
    }));
    expect(placeLogs(lost, layoutTraces(lost)).map((log) => log.rowKey)).toEqual([null, null, null, null]);
  });
});

it('says how many records a damaged store keeps back, and nothing when it keeps none', () => {
  expect(damagedSentence(0)).toBeNull();
  expect(damagedSentence(1)).toMatch(/^Up to 1 log record of that time can not be read/);
  expect(damagedSentence(12)).toMatch(/^Up to 12 log records /);
});
