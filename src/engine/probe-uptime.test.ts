/** Runs of probes, as the control plane hands them to its own collector, decide an availability objective. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { buildProfile } from '../app/index.ts';
import { checkConfig } from '../config.ts';
import { fakeClock } from '../kernel/clock.ts';
import { label, metric } from '../kernel/conventions.ts';
import { Engine } from './engine.ts';
import { type IntakeFixture, openIntake } from './intake-fixture.ts';

const startMs = Date.UTC(2026, 9, 20, 12);
const clock = fakeClock(startMs);
let intake: IntakeFixture;

beforeEach(async () => {
  clock.set(startMs);
  intake = await openIntake(clock, fetch);
});
afterEach(() => intake.close());

function newEngine(): Engine {
  const uptime = {
    id: 'chat-uptime',
    sentence: 'Chat is available 90 % of the time',
    source: 'test',
    indicator: {
      kind: 'availability',
      signal: metric.probeResult,
      where: { uptime: true, domain: 'chat' },
      target: 0.9,
    },
    window: '1h',
  };
  const profile = buildProfile(checkConfig({ objectives: [uptime] }, 'test', {}), []);
  const declared = () => ({ facts: [], exceptions: [], decisions: [] });
  const contrasts = { read: () => [], save: () => {} };
  return new Engine({ profile, reader: intake.collector.reader, declared, contrasts, clock, timezone: 'UTC' });
}

/** One run every 30 s, as delta OTLP/JSON, `uptime` as text. */
async function run(probe: string, outcome: string, uptime = 'true'): Promise<void> {
  const labels = { [label.probe]: probe, 'seam.domain': 'chat', outcome, [label.uptime]: uptime };
  const point = {
    attributes: Object.entries(labels).map(([key, value]) => ({ key, value: { stringValue: value } })),
    startTimeUnixNano: `${clock.nowMs() - 200}000000`,
    timeUnixNano: `${clock.nowMs()}000000`,
    asInt: '1',
  };
  const sum = { aggregationTemporality: 1, isMonotonic: true, dataPoints: [point] };
  const scopeMetrics = [{ metrics: [{ name: metric.probeResult, sum }] }];
  await intake.collector.receive({
    telemetry: 'metrics',
    source: 'probe',
    body: JSON.stringify({ resourceMetrics: [{ scopeMetrics }] }),
  });
}

async function runs(count: number, outcome: string): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    clock.advance(30_000);
    await run('chat-message', outcome);
    await run('chat-certificate', 'error', 'false');
  }
}

it('counts each confirmed run once, leaves out probes that are not for uptime, and goes stale when they stop', async () => {
  const engine = newEngine();
  engine.tick();
  const uptime = () => engine.state.evaluations.get('chat-uptime');
  expect(uptime()).toMatchObject({ state: 'unknown', reason: expect.stringContaining('no probe has reported') });
  intake.collector.onCommit((notice) => engine.apply(notice));
  await runs(20, 'ok');
  clock.advance(30_000);
  engine.tick();
  expect(uptime()).toMatchObject({ state: 'met', windows: [{ good: 20, total: 20 }] });
  await runs(5, 'error');
  clock.advance(30_000);
  engine.tick();
  expect(uptime()).toMatchObject({ state: 'breached', windows: [{ good: 20, total: 25 }] });
  clock.advance(150_000);
  engine.tick();
  expect(uptime()).toMatchObject({ state: 'unknown', reason: expect.stringContaining('stale') });
});
