/** The own Prometheus page: exact lines, honest gaps, and promtool's judgement. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { missingTool, requireTool } from '../../tests/tools.ts';
import { exampleOf, fixtureObjectives } from './fixture-queries.ts';
import { type OwnMetrics, renderOwnMetrics } from './prometheus.ts';

const metrics: OwnMetrics = {
  objectives: fixtureObjectives,
  objectiveCounters: [
    { objective: 'api-latency', domain: null, good: 95, events: 100 },
    { objective: 'search-errors', domain: 'search', good: 7, events: 7 },
  ],
  triggers: [exampleOf('Trigger'), { id: 'P3', domain: 'chat', state: 'unknown', value: null, threshold: 0.2 }],
  intake: {
    spans: 182_400,
    points: 9_120,
    logs: 20_400,
    bytes: 48_211_968,
    rejected: [{ reason: 'more than 5 min ahead', count: 2 }],
    repeatedBodies: 4,
    latePoints: 3,
  },
  probes: [exampleOf('Probe'), { id: 'chat', domain: null, state: 'unknown', durationMs: null }],
  alerts: [exampleOf('Alert')],
  sinks: [{ id: 'oncall', queued: 2 }],
  notifications: [{ sink: 'oncall', outcome: 'sent', count: 5 }],
  scrape: [{ url: 'http://127.0.0.1:4700/metrics', state: 'up' }],
  forward: [{ id: 'tempo', lane: 'traces', waitingBytes: 512 }],
  storeBytes: 31_457_280,
  memoryBytes: 104_857_600,
  seriesCount: 412,
  watermarkMs: 1_795_168_780_000,
  tickMs: 3.1,
};
const lines = renderOwnMetrics(metrics).split('\n');

describe('renderOwnMetrics', () => {
  it('writes counters per objective with its domain, empty for all domains', () => {
    expect(lines).toContain('seamwatch_objective_good_total{objective="api-latency",domain=""} 95');
    expect(lines).toContain('seamwatch_objective_events_total{objective="search-errors",domain="search"} 7');
  });

  it('sets exactly one state of an objective to 1', () => {
    const states = lines.filter((line) => line.startsWith('seamwatch_objective_state{objective="api-latency"'));
    expect(states.map((line) => line.replace(/^.*state="/, ''))).toEqual([
      'met"} 1',
      'breached"} 0',
      'unknown"} 0',
      'notApplicable"} 0',
    ]);
  });

  it('sets exactly one state of a trigger to 1', () => {
    const states = lines.filter((line) =>
      line.startsWith('seamwatch_trigger_state{domain="notifications",trigger="P1"'),
    );
    expect(states.map((line) => line.at(-1)).join('')).toBe('00100');
  });

  it('leaves out what is not known instead of writing zero', () => {
    expect(lines.filter((line) => line.startsWith('seamwatch_trigger_value{'))).toEqual([
      'seamwatch_trigger_value{domain="notifications",trigger="P1"} 6.4',
    ]);
    expect(lines.filter((line) => /^seamwatch_(error|burn).*"hop-latency"/.test(line))).toEqual([]);
    expect(lines.filter((line) => line.includes('window="6h"'))).toEqual([]);
    const empty = renderOwnMetrics({ ...metrics, watermarkMs: null, tickMs: null });
    expect(empty).not.toContain('seamwatch_watermark_timestamp_seconds');
    expect(empty).not.toContain('seamwatch_tick_duration_seconds');
  });

  it('says 1 for a probe that is up and nothing for one whose state is unknown', () => {
    expect(lines.filter((line) => line.startsWith('seamwatch_probe_'))).toEqual([
      'seamwatch_probe_success{probe="feed-loads",domain="feed"} 1',
      'seamwatch_probe_duration_seconds{probe="feed-loads",domain="feed"} 0.0412',
    ]);
  });

  it('counts open alerts by severity and state, and messages by sink', () => {
    expect(lines).toContain('seamwatch_alerts{severity="page",state="firing"} 1');
    expect(lines).toContain('seamwatch_alerts{severity="ticket",state="firing"} 0');
    expect(lines).toContain('seamwatch_notifications_queued{sink="oncall"} 2');
    expect(lines).toContain('seamwatch_notifications_total{sink="oncall",outcome="sent"} 5');
  });

  it('says which pages can be read and what waits to go on', () => {
    expect(lines).toContain('seamwatch_scrape_up{target="http://127.0.0.1:4700/metrics"} 1');
    expect(lines).toContain('seamwatch_forward_waiting_bytes{target="tempo",lane="traces"} 512');
  });

  it('keeps a negative budget negative and gives seconds, not ms', () => {
    expect(lines).toContain(
      'seamwatch_error_budget_remaining_ratio{objective="notification-delivery-in-app",domain="notifications"} -0.76',
    );
    expect(lines).toContain('seamwatch_watermark_timestamp_seconds 1795168780');
    expect(lines).toContain('seamwatch_tick_duration_seconds 0.0031');
  });

  it('escapes backslash, quote and line feed in label values', () => {
    const text = renderOwnMetrics({
      ...metrics,
      intake: { ...metrics.intake, rejected: [{ reason: 'a\\b"c\nd', count: 1 }] },
    });
    expect(text).toContain('seamwatch_intake_rejected_total{reason="a\\\\b\\"c\\nd"} 1\n');
  });

  it('passes promtool check metrics without a word', (context) => {
    const promtool = requireTool('promtool');
    if (promtool === null) return context.skip(missingTool('promtool'));
    const checked = spawnSync(promtool, ['check', 'metrics'], { input: renderOwnMetrics(metrics), encoding: 'utf8' });
    expect({ status: checked.status, stdout: checked.stdout, stderr: checked.stderr }).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    });
  });
});
