/** The profile's data: every documented objective is there, measurable, and says where it comes from. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { durationBoundsSeconds, metric } from '../../src/kernel/conventions.ts';
import {
  type CompiledObjective,
  compileObjective,
  countSlice,
  createTimeline,
  evaluateObjective,
  parseObjectives,
  parsePolicies,
  proveObjective,
} from '../index.ts';

function read(path: string): unknown {
  return parse(readFileSync(join(import.meta.dirname, path), 'utf8'));
}

const policies = parsePolicies(read('policies.yaml'), 'policies.yaml');
const definitions = parseObjectives(read('campus-connect/objectives.yaml'), 'objectives.yaml');
const domains = parse(readFileSync(join(import.meta.dirname, 'campus-connect/domains.yaml'), 'utf8')) as {
  id: string;
  api?: string[];
}[];
const domainIds = domains.map(({ id }) => id);
const context = { domains: domainIds, boundsOf: () => durationBoundsSeconds, policies };
const compiled = definitions.flatMap((definition) => compileObjective(definition, context));

/** Row of the inventory, id, sentence's numbers (good within ms or target), page's number, domain, source. */
const documented = [
  ['a1', 'api-latency', 200, 500, null, 'S1 §9.3'],
  ['a2', 'error-rate', 0.999, 0.01, null, 'S1 §9.3'],
  ['a3', 'feed-load', 300, 1_000, 'feed', 'S1 §9.3'],
  ['a3', 'feed-load-browser', 300, 1_000, 'feed', 'S1 §9.3'],
  ['a4', 'message-delivery', 500, 2_000, 'chat', 'S1 §9.3'],
  ['a5', 'search-latency', 100, 500, 'search', 'S1 §9.3'],
  ['a6', 'database-query', 50, 200, null, 'S1 §9.3'],
  ['a7', 'uptime', 0.999, 300_000, null, 'S1 §9.3'],
  ['a8', 'notification-in-app', 2_000, null, 'notifications', 'S0 §4.2'],
  ['a8', 'notification-push', 10_000, null, 'notifications', 'S0 §4.2'],
  ['a8', 'notification-email', 86_400_000, null, 'notifications', 'S0 §4.2'],
  ['a13', 'added-latency-per-hop', 100, null, null, 'S4 Success'],
  ['a14', 'availability-per-service', 0.999, 300_000, null, 'S4 Success'],
  ['a15', 'error-rate-per-service', 0.999, null, null, 'S4 Success'],
] as const;

describe('campus-connect objectives', () => {
  it.each(documented)(
    '%s %s carries its sentence, its source and its numbers',
    (_row, id, good, page, domain, source) => {
      const definition = definitions.find((candidate) => candidate.id === id);
      const { indicator, page: paging } = definition ?? {};
      expect(definition).toMatchObject({ domain, source });
      expect(definition?.sentence.length).toBeGreaterThan(10);
      expect(
        indicator?.kind === 'latency' ? indicator.atMostMs : indicator?.kind !== 'composite' && indicator?.target,
      ).toBe(good);
      const limit =
        paging?.kind === 'latency' ? paging.atMostMs : paging?.kind === 'errors' ? paging.above : paging?.overMs;
      expect(limit ?? null).toBe(page);
    },
  );

  it('holds no objective that is not documented', () => {
    expect(definitions.map(({ id }) => id).sort()).toEqual(documented.map(([, id]) => id).sort());
  });

  it('states p95 for every duration, and says so where the document does not', () => {
    for (const { indicator, note, id } of definitions) {
      if (indicator.kind !== 'latency') continue;
      expect(indicator.target).toBe(0.95);
      const isStated = id === 'api-latency' || id === 'notification-email' || id === 'added-latency-per-hop';
      expect(isStated || (note ?? '').includes('percentile not stated, read as p95 [inf]')).toBe(true);
    }
  });

  it('is proved without an error', () => {
    const issues = compiled.flatMap((objective) => proveObjective(objective).issues);
    expect(issues.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(new Set(issues.map(({ message }) => message))).toEqual(
      new Set(['burn 1h/5m 14.4×: fires only when more than 72 % of the events are bad']),
    );
  });

  it('has each documented threshold and page among the bucket bounds of the library', () => {
    const measured = compiled.filter(({ notApplicable }) => notApplicable === null);
    expect(
      measured.flatMap(({ unmeasurable, pageUnmeasurable }) => [unmeasurable, pageUnmeasurable]).filter(Boolean),
    ).toEqual([]);
  });

  it('judges the error rate of every domain with API routes, and of no other', () => {
    const routed = domains.filter(({ api }) => (api ?? []).length > 0).map(({ id }) => id);
    const judged = compiled.flatMap(({ id, group }) =>
      id.startsWith('error-rate-per-service') ? [group?.domain] : [],
    );
    expect(judged.sort()).toEqual(routed.sort());
    expect(routed).toHaveLength(11);
  });

  it('does not apply: the email rhythm, the hop and the service before an extraction', () => {
    const idle = compiled.filter(({ notApplicable }) => notApplicable !== null).map(({ id }) => id);
    expect(idle).toEqual(['notification-email', 'added-latency-per-hop', 'availability-per-service']);
  });

  it('begins to apply to a domain when it is extracted', () => {
    const after = definitions.flatMap((definition) =>
      compileObjective(definition, { ...context, extracted: ['chat'] }),
    );
    const ids = after.filter(({ notApplicable }) => notApplicable === null).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(['added-latency-per-hop:chat', 'availability-per-service:chat']));
  });

  it('says that uptime is unknown while no probe has reported', () => {
    const uptime = compiled.find(({ id }) => id === 'uptime');
    if (uptime === undefined) throw new RangeError('uptime is missing');
    const at = { watermarkMs: 0, lastPointMs: null, intervalMs: null, timezone: 'UTC' };
    expect(evaluateObjective(uptime, createTimeline(), at)).toMatchObject({
      state: 'unknown',
      reason: 'no data yet: no probe has reported (probe.result)',
      page: { state: 'unknown' },
    });
  });

  it('breaches feed-load within a minute of a fault and clears within six of its end', () => {
    const feed = compiled.find(({ id }) => id === 'feed-load');
    if (feed === undefined) throw new RangeError('feed-load is missing');
    const states = runFault(feed);
    expect(states.at(0)).toBe('met');
    expect(states.indexOf('breached')).toBeLessThanOrEqual(6);
    expect(states.lastIndexOf('breached')).toBeLessThanOrEqual(12 + 36);
    expect(states.at(-1)).toBe('met');
  });
});

/** An hour of 20 fast requests a slice, 2 min of slow ones, then fast again: the state after every 10 s since the fault. */
function runFault(objective: CompiledObjective): readonly string[] {
  const labels = { domain: 'feed', operation: 'GET /api/feed', entry: 'true', outcome: 'ok' };
  const series = {
    id: 1,
    signal: metric.requestDuration,
    kind: 'histogram',
    source: 'metrics',
    labels,
    synthetic: false,
    bounds: durationBoundsSeconds,
  } as const;
  const timeline = createTimeline();
  const add = (index: number, seconds: number): void => {
    const counts = durationBoundsSeconds.map((bound) => (bound === seconds ? 20 : 0));
    const slice = {
      seriesId: 1,
      startMs: index * 10_000,
      durationMs: 10_000,
      counts: [...counts, 0],
      sum: 0,
      max: null,
    };
    timeline.add(slice.startMs, slice.durationMs, countSlice(objective, series, slice), false);
  };
  for (let index = 0; index < 360; index += 1) add(index, 0.05);
  const states: string[] = [];
  for (let index = 360; index < 432; index += 1) {
    const watermarkMs = index * 10_000;
    states.push(
      evaluateObjective(objective, timeline, {
        watermarkMs,
        lastPointMs: watermarkMs,
        intervalMs: 10_000,
        timezone: 'UTC',
      }).state,
    );
    add(index, index < 372 ? 2 : 0.05);
  }
  return states;
}
