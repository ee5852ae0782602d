/** Which spans ran in a browser, and for how long. */
import { describe, expect, it } from 'vitest';
import { browserTraceId } from '../fixture/browser-trace.ts';
import { tracesAt } from '../fixture/traces.ts';
import { browserPartOf, isInBrowser } from './browser.ts';

describe('a span in the browser', () => {
  it.each([
    [{ 'resource.telemetry.sdk.language': 'webjs' }, true],
    [{ 'resource.browser.name': 'Firefox' }, true],
    [{ 'session.id': 's-1' }, true],
    [{ 'resource.session.id': 's-1' }, true],
    [{ 'resource.telemetry.sdk.language': 'nodejs', 'session.id': null }, false],
    [{ 'browser.brands': 'Firefox' }, false],
    [{}, false],
  ])('is told by its attributes: %j', (attributes, expected) => {
    expect(isInBrowser({ attributes })).toBe(expected);
  });
});

describe('the part of a browser', () => {
  const traces = tracesAt(Date.UTC(2026, 2, 4, 12));

  it('counts time in which several spans ran once, and names the page', () => {
    const trace = traces.filter((one) => one.traceId === browserTraceId);
    // the interaction runs 0–520 with two calls inside; the backend answers 90–330
    expect(browserPartOf(trace)).toEqual({ browserMs: 520, backendMs: 240, page: '/feed' });
  });

  it('is none where no browser took part', () => {
    expect(browserPartOf(traces.filter((one) => one.traceId !== browserTraceId))).toBeNull();
  });
});
