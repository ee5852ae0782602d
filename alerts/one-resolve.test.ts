/** The promise, for any history: at any sink triggers and resolves alternate, and every trigger that was taken is ended exactly once. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AlertSignal } from './alert-record.ts';
import { type AlertingWorld, routingKey, signal, startAlertingWorld } from './alerting-fixture.ts';

/** What a sink does with the next requests. */
type Mood = 'ok' | 'lost-answer' | 'refused' | 'gateway' | 'error' | 'rate-limited' | 'cut';
const moods: readonly Mood[] = ['ok', 'ok', 'ok', 'lost-answer', 'refused', 'gateway', 'error', 'rate-limited', 'cut'];

interface Step {
  readonly conditions: readonly AlertSignal['condition'][];
  readonly mood: Mood;
  readonly advanceMs: number;
  readonly act: 'restart' | 'silence' | 'unsilence' | 'acknowledge' | 'none';
}

const rules = [
  signal({ rule: 'a', domain: 'search' }),
  signal({ rule: 'b', domain: 'search', kind: 'probe', forMs: 20_000 }),
  signal({ rule: 'c', domain: 'search', kind: 'objective-burn', severity: 'ticket' }),
  signal({ rule: 'd', domain: null }),
  signal({ rule: 'e', domain: 'feed' }),
];

const step: fc.Arbitrary<Step> = fc.record({
  conditions: fc.array(fc.constantFrom('firing', 'firing', 'ok', 'ok', 'unknown'), { minLength: 5, maxLength: 5 }),
  mood: fc.constantFrom(...moods),
  advanceMs: fc.constantFrom(10_000, 10_000, 30_000, 60_000, 400_000),
  act: fc.constantFrom('none', 'none', 'none', 'restart', 'silence', 'unsilence', 'acknowledge'),
});

/**
 * Two sinks as they behave. PagerDuty: a trigger of an open incident adds to it, an acknowledge or resolve without an open one is dropped.
 * Alertmanager: an alert is open until its endsAt, a repetition changes nothing. Records what changed their minds, by dedup key or rule.
 */
class PagingSink {
  mood: Mood = 'ok';
  readonly open = new Set<string>();
  readonly changes = new Map<string, ('trigger' | 'resolve')[]>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  readonly fetch: typeof globalThis.fetch = async (_, init) => {
    const { mood } = this;
    if (mood === 'refused') throw failed('ECONNREFUSED');
    if (mood === 'cut') throw failed('ECONNRESET');
    if (mood === 'error') return new Response('', { status: 500 });
    if (mood === 'rate-limited') return new Response('', { status: 429 });
    const body: unknown = JSON.parse(String(init?.body));
    if (Array.isArray(body)) for (const alert of body as Posted[]) this.#takeAlert(alert);
    else this.#takeEvent(body as Event);
    if (mood === 'lost-answer') throw failed('ECONNRESET');
    return new Response('', { status: mood === 'gateway' ? 504 : 202 });
  };

  #takeEvent({ event_action: action, dedup_key: key }: Event): void {
    if (action === 'trigger' || action === 'resolve') this.#turn(key, action);
  }

  #takeAlert({ labels, endsAt }: Posted): void {
    this.#turn(labels.rule, Date.parse(endsAt) > this.#now() ? 'trigger' : 'resolve');
  }

  #turn(key: string, action: 'trigger' | 'resolve'): void {
    if (this.open.has(key) === (action === 'trigger')) return;
    if (action === 'trigger') this.open.add(key);
    else this.open.delete(key);
    this.changes.set(key, [...(this.changes.get(key) ?? []), action]);
  }
}

interface Event {
  readonly event_action: string;
  readonly dedup_key: string;
}

interface Posted {
  readonly labels: { readonly rule: string };
  readonly endsAt: string;
}

function failed(code: string): Error {
  return Object.assign(new TypeError('fetch failed'), { cause: { code } });
}

it('holds for 150 random histories with restarts, silences and failing sinks', { timeout: 60_000 }, async () => {
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), fc.integer(), async (steps, seed) => {
      const sink: PagingSink = new PagingSink(() => world.clock.nowMs());
      const sinks = [
        { id: 'oncall', kind: 'pagerduty', routingKey },
        { id: 'alertmanager', kind: 'alertmanager', url: 'https://alertmanager.example' },
      ];
      const world: AlertingWorld = startAlertingWorld({ sinks }, { fetch: sink.fetch, seed });
      for (const one of steps) {
        sink.mood = one.mood;
        await act(one.act, world);
        await world.tick(withConditions(one.conditions), one.advanceMs);
      }
      sink.mood = 'ok';
      const last = withConditions((steps.at(-1)?.conditions ?? []).map((one) => (one === 'unknown' ? 'ok' : one)));
      for (let round = 0; round < 12; round++) await world.tick(last, 60_000);
      expect([...sink.open].sort()).toEqual(openHere(world));
      for (let round = 0; round < 12; round++) await world.tick(withConditions(Array(5).fill('ok')));
      await world.tick(withConditions(Array(5).fill('ok')), 600_000);
      for (const changes of sink.changes.values()) {
        expect(changes).toEqual(changes.map((_, index) => (index % 2 === 0 ? 'trigger' : 'resolve')));
        expect(changes.at(-1)).toBe('resolve');
        taken += changes.length / 2;
      }
      expect(
        world
          .alerting()
          .sinks()
          .map((one) => one.queued),
      ).toEqual([0, 0]);
      expect(
        world
          .alerting()
          .alerts()
          .every((alert) => alert.state === 'resolved'),
      ).toBe(true);
      await world.close();
    }),
    { numRuns: 150, seed: 20261120 },
  );
  expect(taken).toBeGreaterThan(150);
});

/** What should be open at the sinks: incidents by dedup key, alerts by rule. */
function openHere(world: AlertingWorld): string[] {
  const open = world
    .alerting()
    .alerts()
    .filter((one) => one.state === 'firing' || one.state === 'acknowledged');
  const told = open.filter((one) => one.notifications.some(({ action }) => action === 'trigger'));
  return [...new Set(told.flatMap((one) => [one.dedupKey, one.rule]))].sort();
}

function withConditions(conditions: readonly AlertSignal['condition'][]): AlertSignal[] {
  return rules.map((rule, index) => ({ ...rule, condition: conditions[index] ?? 'ok' }));
}

async function act(what: Step['act'], world: AlertingWorld): Promise<void> {
  const alerting = world.alerting();
  if (what === 'restart') await world.restart();
  if (what === 'silence') {
    const endsAt = new Date(world.clock.nowMs() + 120_000).toISOString();
    await alerting.addSilence({ match: { domain: 'search' }, reason: 'random', by: 'test', endsAt });
  }
  const silence = alerting.silences().find((one) => one.active);
  if (what === 'unsilence' && silence !== undefined) await alerting.endSilence(silence.id);
  const firing = alerting.alerts().find((one) => one.state === 'firing');
  if (what === 'acknowledge' && firing !== undefined) await alerting.acknowledge(firing.id, 'test');
}
