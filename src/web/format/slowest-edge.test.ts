/** The slowest call and the browser's part, said aloud. */
import { describe, expect, it } from 'vitest';
import { slowTraceId, tracesAt } from '../fixture/traces.ts';
import { browserWords, slowestOf, slowestWords } from './slowest-edge.ts';

const traces = tracesAt(Date.UTC(2026, 2, 4, 12));

describe('the slowest call between domains', () => {
  it('is the longest of all traces, with its mode and the span it is in', () => {
    const slow = traces.filter((one) => one.traceId === slowTraceId);
    const slowest = slowestOf(slow);
    expect(slowest === null ? null : slowestWords(slowest)).toBe(
      'The slowest call between domains: posts to notifications, 1\u202f190 ms, asynchronously, in deliver comment.created.',
    );
    expect(slowestOf(traces)?.trace.traceId).toBe(slowTraceId);
  });

  it('is none where nothing crossed', () => {
    expect(slowestOf([])).toBeNull();
  });
});

describe('the part of the browser', () => {
  it('says how much of it the backend was at work', () => {
    expect(browserWords({ browserMs: 520, backendMs: 240, page: '/feed' })).toBe(
      'In the browser 520 ms, on /feed; the backend was at work for 240 ms, 46.2 % of it.',
    );
    expect(browserWords({ browserMs: 520, backendMs: 900, page: null })).toBe(
      'In the browser 520 ms; the backend was at work for 900 ms.',
    );
    expect(browserWords({ browserMs: 520, backendMs: 0, page: null })).toBe(
      'In the browser 520 ms; nothing of a backend is kept.',
    );
  });
});
