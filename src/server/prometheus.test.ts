/** The own Prometheus page: exact lines, honest gaps, and promtool's judgement. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { missingTool, requireTool } from '../../tests/tools.ts';
import type { StatusAnswer } from '../contract/index.ts';
import { exampleOf, fixtureObjectives } from './fixture-queries.ts';
import { type OwnMetrics, renderOwnMetrics } from './prometheus.ts';

const status = exampleOf<StatusAnswer>('Status');
const metrics: OwnMetrics = {
  objectives: fixtureObjectives,
  objectiveCounters: [
    { objective: 'api-latency', domain: null, good: 95, events: 100 },
    { objective: 'search-errors', domain: 'search', good: 7, events: 7 },
  ],
  triggers: [exampleOf('Trigger'), { id: 'P3', domain: 'chat', state: 'unknown', value: null, threshold: 0.2 }],
  nowMs: 1_795_168_860_000,
  intake: status.intake,
  store: status.store,
  probes: [exampleOf('Probe'), { id: 'chat', domain: null, state: 'unknown', durationMs: null }],
  alerts: [exampleOf('Alert')],
  sinks: [{ id: 'oncall', queued: 2 }],
  notifications: [{ sink: 'oncall', outcome: 'sent', count: 5 }],
  scrape: status.scrape,
  forward: status.forward.map((one) => ({
    ...{ ...one, waiting: 1, waitingBytes: 512, oldestWaitingAt: '2026-11-20T10:00:48.000Z' },
  })),
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
    expect(lines).toContain('seamwatch_scrapes_total{target="http://127.0.0.1:4700/metrics",outcome="failed"} 1');
    expect(lines).toContain('seamwatch_forward_waiting_bytes{target="tempo",lane="traces"} 512');
    expect(lines).toContain('seamwatch_forward_oldest_waiting_seconds{target="tempo",lane="traces"} 12');
    expect(lines).toContain('seamwatch_forward_retries_total{target="tempo",lane="traces"} 2');
    expect(lines).toContain('seamwatch_forward_bodies_total{target="tempo",lane="traces",outcome="sent"} 1140');
  });

  it('says what was refused by way, by sender and by signal, each with its reason', () => {
    expect(lines).toContain('seamwatch_intake_refused_total{way="http",reason="rate_limited"} 12');
    expect(lines).toContain('seamwatch_intake_refused_by_sender_total{sender="shop",reason="rate_limited"} 12');
    expect(lines).toContain('seamwatch_intake_rejected_records_total{signal="traces",reason="in_future"} 2');
    expect(lines).toContain('seamwatch_intake_overflowed_records_total 3');
    expect(lines).toContain('seamwatch_intake_overflow_label_sets{signal="domain.request.duration"} 1');
    expect(lines).toContain('seamwatch_intake_deduplicated_records_total 1');
    expect(lines).toContain('seamwatch_retired_spans_total{outcome="evicted"} 0');
    expect(lines).toContain('seamwatch_store_unreadable_frames 0');
  });

  it('says when the last body of a signal came, and nothing for a signal that never came', () => {
    expect(lines.filter((line) => line.startsWith('seamwatch_intake_last_body'))).toEqual([
      'seamwatch_intake_last_body_timestamp_seconds{signal="traces"} 1795168800',
      'seamwatch_intake_last_body_timestamp_seconds{signal="metrics"} 1795168800',
    ]);
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
