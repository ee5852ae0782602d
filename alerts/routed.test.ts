/** Several sinks, routes, and what joins an incident that is already open. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type AlertingWorld, routingKey, signal, startAlertingWorld } from './alerting-fixture.ts';
import { type PagerDutyReceiver, startPagerDutyReceiver } from './pagerduty-fixture.ts';

let oncall: PagerDutyReceiver;
let team: PagerDutyReceiver;
let world: AlertingWorld;

beforeEach(async () => {
  [oncall, team] = [await startPagerDutyReceiver(), await startPagerDutyReceiver()];
  world = startAlertingWorld({
    sinks: [
      { id: 'oncall', kind: 'pagerduty', routingKey, endpoint: oncall.url },
      { id: 'team', kind: 'pagerduty', routingKey, endpoint: team.url },
    ],
    routes: [
      { match: { kind: 'probe' }, to: ['oncall', 'team'] },
      { match: { severity: 'page' }, to: ['oncall'] },
    ],
  });
});

afterEach(async () => {
  await world.close();
  await oncall.close();
  await team.close();
});

const page = signal();
const probe = signal({ kind: 'probe', subject: 'search-journey' });
const actions = (receiver: PagerDutyReceiver): string[] => receiver.events.map((event) => event.event_action);
const over = [page, probe].map((one) => ({ ...one, condition: 'ok' as const }));

async function rounds(signals: typeof over | (typeof page)[], count = 7): Promise<void> {
  for (let round = 0; round < count; round++) await world.tick(signals);
}

it('an alert that joins tells only the sinks that have not been told, and the end tells all of them', async () => {
  await rounds([page], 2);
  expect([actions(oncall), actions(team)]).toEqual([['trigger'], []]);
  await rounds([page, probe], 2);
  expect([actions(oncall), actions(team)]).toEqual([['trigger'], ['trigger']]);
  await rounds([page, over[1] ?? probe]);
  expect([actions(oncall), actions(team)]).toEqual([['trigger'], ['trigger']]);
  await rounds(over);
  expect([actions(oncall), actions(team)]).toEqual([
    ['trigger', 'resolve'],
    ['trigger', 'resolve'],
  ]);
});

it('one sink that fails holds up no other', async () => {
  oncall.fail(500);
  await rounds([probe], 1);
  expect([actions(oncall), actions(team)]).toEqual([[], ['trigger']]);
  expect(world.alerting().sinks()).toMatchObject([
    { id: 'oncall', state: 'failing', queued: 1 },
    { id: 'team', state: 'ok', queued: 0, reason: null },
  ]);
  expect(world.alerting().counts()).toEqual([
    { sink: 'oncall', sent: 0, failed: 1, dead: 0 },
    { sink: 'team', sent: 1, failed: 0, dead: 0 },
  ]);
});

it('what no route names is kept and shown, and told to nobody', async () => {
  await rounds([signal({ severity: 'ticket' })], 2);
  expect([actions(oncall), actions(team)]).toEqual([[], []]);
  expect(world.alerting().alerts()).toMatchObject([{ state: 'firing', muted: false, notifications: [] }]);
});

it('a silenced alert that is alone left does not hold the incident open, and opens a new one when its silence ends', async () => {
  const endsAt = new Date(world.clock.nowMs() + 3_600_000).toISOString();
  const match = { rule: probe.rule };
  const { id } = await world.alerting().addSilence({ match, reason: 'flaky', by: 'ada', endsAt });
  await rounds([page, probe], 2);
  await rounds([over[0] ?? page, probe]);
  expect([actions(oncall), actions(team)]).toEqual([['trigger', 'resolve'], []]);
  await world.alerting().endSilence(id);
  await rounds([over[0] ?? page, probe], 1);
  expect([actions(oncall), actions(team)]).toEqual([['trigger', 'resolve', 'trigger'], ['trigger']]);
});
