/** The generated thresholds: guarded against empty metrics, equal to the committed file, and of numbers from the documents. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { campusObjectives } from './campus-objectives-fixture.ts';
import { goalsOf, neededEvents } from './goals.ts';
import { scenarioNames, scenarios } from './scenarios.ts';
import { generateThresholds, thresholdsPath } from './thresholds.ts';

const objectives = campusObjectives();
const { path, text } = generateThresholds(objectives);
const file: { scenarios: Record<string, { goals: { objective: string }[]; thresholds: Record<string, string[]> }> } =
  JSON.parse(text);

describe('generated thresholds', () => {
  it('are the committed file; run seamwatch generate after a change of the profile', () => {
    expect(path).toBe(thresholdsPath);
    expect(readFileSync(join(import.meta.dirname, '..', path), 'utf8')).toBe(text);
  });

  it('need 59 good events to prove a p95 and 2995 to prove 99.9 %', () => {
    expect([neededEvents(0.95), neededEvents(0.999)]).toEqual([59, 2_995]);
  });

  it('guard each objective against an empty metric, which k6 would let pass', () => {
    for (const name of scenarioNames) {
      const goals = file.scenarios[name]?.goals ?? [];
      const thresholds: Record<string, string[]> = file.scenarios[name]?.thresholds ?? {};
      expect(goals.length).toBeGreaterThan(1);
      for (const { objective } of goals) {
        expect(thresholds[`seam_expected{objective:${objective}}`]).toEqual(['count>=59']);
      }
    }
  });

  it('hold the documented numbers: feed within 300 ms, notices within 2 s, 95 % of each', () => {
    const thresholds: Record<string, string[]> = file.scenarios.journey?.thresholds ?? {};
    expect(thresholds['seam_good{objective:feed-load}']).toEqual(['rate>=0.95']);
    expect(thresholds['seam_duration{objective:feed-load}']).toEqual(['p(95)<=300']);
    expect(thresholds['seam_duration{objective:notification-in-app}']).toEqual(['p(95)<=2000']);
    expect(thresholds['seam_good{objective:error-rate}']).toEqual(['rate>=0.999']);
  });

  it('leave out what a scenario does not touch, and what only the domains can count', () => {
    const goals = goalsOf(scenarios.search, objectives).map(({ objective }) => objective);
    expect(goals).toEqual(['api-latency', 'error-rate', 'search-latency', 'error-rate-per-service:search']);
    expect(goalsOf(scenarios.feed, objectives).find(({ objective }) => objective === 'database-query')?.events).toEqual(
      [],
    );
    expect(text).not.toContain('database-query');
  });
});
