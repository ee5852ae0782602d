/** Alerting from signals to a receiver that validates as PagerDuty documents: one trigger, one resolve, whatever happens in between. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AlertingWorld, instanceId, routingKey, signal, startAlertingWorld } from './alerting-fixture.ts';
import { dedupKeyOf } from './incidents.ts';
import { type PagerDutyReceiver, startPagerDutyReceiver } from './pagerduty-fixture.ts';

let receiver: PagerDutyReceiver;
let world: AlertingWorld;

beforeEach(async () => {
  receiver = await startPagerDutyReceiver();
  world = startAlertingWorld({
    sinks: [{ id: 'oncall', kind: 'pagerduty', routingKey, endpoint: receiver.url }],
  });
});

afterEach(async () => {
  await world.close();
  await receiver.close();
});

const firing = signal();
const ok = signal({ condition: 'ok' });
const actions = (): string[] => receiver.events.map((event) => event.event_action);

/** Seven evaluations 10 s apart: the condition is ok for the 60 s that end an alert. */
async function clear(signals = [ok]): Promise<void> {
  for (let round = 0; round < 7; round++) await world.tick(signals);
}

describe('one incident', () => {
  it('is one trigger and, after 60 s of ok, one resolve, both within the documented limits', async () => {
    await world.tick([firing]);
    await world.tick([firing]);
    expect(actions()).toEqual(['trigger']);
    for (let round = 0; round < 6; round++) await world.tick([ok]);
    expect(actions()).toEqual(['trigger']);
    await world.tick([ok]);
    await world.tick([ok]);
    expect(actions()).toEqual(['trigger', 'resolve']);
    expect(receiver.refusals).toEqual([]);
    expect(receiver.events.map((event) => event.dedup_key)).toEqual([
      dedupKeyOf(instanceId, 'search', 'page'),
      dedupKeyOf(instanceId, 'search', 'page'),
    ]);
  });

  it('holds four objectives and a probe that see the same cause', async () => {
    const others = [
      signal({ kind: 'objective-burn', subject: 'search-latency', rule: 'objective-burn:search-latency:1h' }),
      signal({ kind: 'objective-page', subject: 'search-errors' }),
      signal({ kind: 'objective-burn', subject: 'search-errors', severity: 'ticket' }),
      signal({ kind: 'objective-page', subject: 'api-latency', domain: null }),
      signal({ kind: 'probe', subject: 'search-journey' }),
    ];
    await world.tick([firing, ...others]);
    for (let round = 0; round < 20; round++) await world.tick([firing, ...others]);
    await clear([firing, ...others].map((one) => ({ ...one, condition: 'ok' })));
    expect(actions()).toEqual(['trigger', 'resolve']);
  });

  it('is the same one over a restart in the middle, and nothing is sent twice', async () => {
    await world.tick([firing]);
    await world.restart();
    await world.tick([firing]);
    await world.restart();
    await clear();
    await world.restart();
    await world.tick([ok]);
    expect(actions()).toEqual(['trigger', 'resolve']);
  });

  it('goes out after a restart when it was queued before', async () => {
    receiver.fail(500);
    await world.tick([firing]);
    expect(actions()).toEqual([]);
    await world.restart();
    receiver.fail('none');
    world.clock.advance(60_000);
    world.alerting().start();
    await world.alerting().settled();
    expect(actions()).toEqual(['trigger']);
  });

  it('that comes again after its resolve is a new trigger with the same key', async () => {
    await world.tick([firing]);
    await clear();
    await world.tick([firing]);
    expect(actions()).toEqual(['trigger', 'resolve', 'trigger']);
    expect(new Set(receiver.events.map((event) => event.dedup_key)).size).toBe(1);
  });
});

describe('a sink that fails', () => {
  it('gets neither trigger nor resolve when it never took the trigger before everything was over', async () => {
    receiver.fail(500);
    await world.tick([firing]);
    await world.tick([firing], 60_000);
    await clear();
    receiver.fail('none');
    await world.tick([ok], 600_000);
    expect(receiver.requests()).toBeGreaterThanOrEqual(2);
    expect(actions()).toEqual([]);
    const [alert] = world.alerting().alerts();
    expect(alert?.notifications).toMatchObject([
      {
        action: 'trigger',
        state: 'dead',
        reason: expect.stringMatching(/^it was over before the sink took it, so nothing was sent; .* answered 500/),
      },
    ]);
  });

  it('gets a resolve to be sure when it may have taken the trigger without saying so', async () => {
    receiver.fail('take-and-drop');
    await world.tick([firing]);
    receiver.fail('drop');
    await clear();
    receiver.fail('none');
    await world.tick([ok], 600_000);
    expect(actions()).toEqual(['trigger', 'resolve']);
  });

  it('is left alone for at least 30 s after a 429', async () => {
    receiver.fail(429);
    await world.tick([firing]);
    expect(receiver.requests()).toBe(1);
    receiver.fail('none');
    await world.tick([firing], 29_000);
    expect(receiver.requests()).toBe(1);
    await world.tick([firing], 3_000);
    expect(actions()).toEqual(['trigger']);
  });

  it('is not asked again after a 400, and says why, without the key', async () => {
    receiver.fail(400);
    await world.tick([firing]);
    await world.tick([firing], 600_000);
    expect(receiver.requests()).toBe(1);
    expect(world.alerting().sinks()).toMatchObject([
      { id: 'oncall', kind: 'pagerduty', state: 'failing', queued: 0, reason: expect.stringContaining('answered 400') },
    ]);
  });

  it('is asked again after a restart for a trigger that it refused, because the key may have been corrected', async () => {
    receiver.fail(403);
    await world.tick([firing]);
    receiver.fail('none');
    await world.restart();
    world.alerting().start();
    await world.alerting().settled();
    await world.alerting().settled();
    expect(actions()).toEqual(['trigger']);
    await clear();
    expect(actions()).toEqual(['trigger', 'resolve']);
  });

  it('that was cut off in the middle of an attempt by a stop gets the same event again', async () => {
    receiver.fail('hang');
    world.clock.advance(10_000);
    await world.alerting().evaluate([firing], world.clock.nowMs());
    while (receiver.requests() === 0) await new Promise((resolve) => setImmediate(resolve));
    await world.restart();
    receiver.fail('none');
    await world.tick([firing]);
    await clear();
    expect(actions()).toEqual(['trigger', 'resolve']);
  });

  it('is asked again for a resolve even after 400s for 24 h', async () => {
    await world.tick([firing]);
    receiver.fail(400);
    await clear();
    for (let hour = 0; hour < 24; hour++) await world.tick([ok], 3_600_000);
    receiver.fail('none');
    await world.tick([ok], 3_600_000);
    expect(actions()).toEqual(['trigger', 'resolve']);
  });

  it('is sent fewer than 120 events in any minute', async () => {
    const many = Array.from({ length: 300 }, (_, index) => signal({ subject: `s${index}`, domain: `d${index}` }));
    await world.tick(many);
    expect(receiver.requests()).toBe(100);
    await world.tick(many, 30_000);
    expect(receiver.requests()).toBe(100);
    await world.restart();
    await world.tick(many, 20_000);
    expect(receiver.requests()).toBe(100);
    await world.tick(many, 15_000);
    expect(receiver.requests()).toBe(200);
  });
});

describe('people', () => {
  it('acknowledge an incident once at the sink', async () => {
    await world.tick([firing]);
    const [alert] = world.alerting().alerts();
    const answer = await world.alerting().acknowledge(alert?.id ?? '', 'ada');
    await world.alerting().acknowledge(alert?.id ?? '', 'grace');
    await world.tick([firing]);
    expect(answer).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'ada' });
    expect(actions()).toEqual(['trigger', 'acknowledge']);
    await clear();
    expect(actions()).toEqual(['trigger', 'acknowledge', 'resolve']);
  });

  it('are told what cannot be acknowledged, and why', async () => {
    await expect(world.alerting().acknowledge('none', 'ada')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await world.tick([firing]);
    await clear();
    const [alert] = world.alerting().alerts();
    await expect(world.alerting().acknowledge(alert?.id ?? '', 'ada')).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringContaining('is resolved'),
    });
  });

  it('silence what has not spoken yet: no trigger, then a trigger when the silence ends while it still fires', async () => {
    const silence = await silenceSearch(600_000);
    await world.tick([firing]);
    expect(world.alerting().alerts()).toMatchObject([{ muted: true, mutedBy: expect.stringContaining('ada') }]);
    expect(actions()).toEqual([]);
    await world.alerting().endSilence(silence.id);
    await world.tick([firing]);
    expect(actions()).toEqual(['trigger']);
  });

  it('silence what has spoken already: its resolve comes nevertheless', async () => {
    await world.tick([firing]);
    await silenceSearch(3_600_000);
    await clear();
    expect(actions()).toEqual(['trigger', 'resolve']);
  });

  it('are told by a change, once, about severity info and announcements', async () => {
    const info = signal({ kind: 'trigger', subject: 'P1', domain: 'notifications', severity: 'info' });
    await world.tick([info]);
    await world.tick([info]);
    await world.alerting().announce({ summary: 'rehearsal started', details: { rate: 20 }, links: [] });
    await world.alerting().settled();
    expect(actions()).toEqual([]);
    expect(receiver.changes.map((change) => change.payload.summary)).toEqual([info.summary, 'rehearsal started']);
    expect(receiver.refusals).toEqual([]);
  });
});

it('says live what changed: fired, told, ended, and a first sign that came to nothing', async () => {
  await world.tick([firing, signal({ rule: 'later', forMs: 60_000 })]);
  const [fired] = world.alerting().alerts();
  const ids = new Map(
    world
      .alerting()
      .alerts()
      .map((alert) => [alert.id, alert.rule]),
  );
  await clear([ok, signal({ rule: 'later', condition: 'ok' })]);
  const seen = world.changes.map(({ id, state }) => `${ids.get(id)} ${state}`);
  expect(new Set(seen)).toEqual(
    new Set([`${fired?.rule} firing`, `${fired?.rule} resolved`, 'later pending', 'later resolved']),
  );
});

it('keeps what was resolved for 7 days', async () => {
  await world.tick([firing]);
  await clear();
  await world.tick([ok], 7 * 86_400_000);
  await world.restart();
  expect(world.alerting().alerts()).toHaveLength(1);
  await world.tick([ok], 1_000);
  expect(world.alerting().alerts()).toHaveLength(0);
  await world.restart();
  expect(world.alerting().alerts()).toHaveLength(0);
});

describe('a disk that refuses', () => {
  it('keeps nobody from being told, and is written when it takes again', async () => {
    world.breakSaves(true);
    await world.tick([firing]);
    expect(actions()).toEqual(['trigger']);
    expect(world.logged.join()).toContain('the disk is full');
    world.breakSaves(false);
    await world.tick([firing]);
    await world.restart();
    expect(world.alerting().alerts()).toMatchObject([{ state: 'firing', notifications: [{ state: 'sent' }] }]);
    await clear();
    expect(actions()).toEqual(['trigger', 'resolve']);
  });

  it('forgets no incident over a restart while it refuses, because the same key is the same incident', async () => {
    world.breakSaves(true);
    await world.tick([firing]);
    await world.restart();
    await world.tick([firing]);
    world.breakSaves(false);
    await clear();
    expect(actions()).toEqual(['trigger', 'trigger', 'resolve']);
    expect(new Set(receiver.events.map((event) => event.dedup_key)).size).toBe(1);
  });

  it('refuses what a person asks for, and nothing has changed', async () => {
    await world.tick([firing]);
    const [alert] = world.alerting().alerts();
    world.breakSaves(true);
    await expect(world.alerting().acknowledge(alert?.id ?? '', 'ada')).rejects.toThrow('the disk is full');
    await expect(silenceSearch(600_000)).rejects.toThrow('the disk is full');
    expect(world.alerting().alerts()).toMatchObject([{ state: 'firing', muted: false }]);
    expect(world.alerting().silences()).toEqual([]);
  });
});

async function silenceSearch(forMs: number) {
  const endsAt = new Date(world.clock.nowMs() + forMs).toISOString();
  return await world.alerting().addSilence({ match: { domain: 'search' }, reason: 'known', by: 'ada', endsAt });
}
