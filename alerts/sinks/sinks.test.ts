/** What each sink sends, and what no sink ever shows. */
import { describe, expect, it } from 'vitest';
import { type AlertingWorld, instanceId, noonMs, routingKey, signal, startAlertingWorld } from '../alerting-fixture.ts';
import type { AlertFacts, NotificationMessage } from '../message.ts';
import { pagerDutyBody } from './pagerduty.ts';
import { outcomeOf } from './post-json.ts';
import { clip, type SinkSurroundings } from './sink.ts';
import { signatureOf } from './webhook.ts';

const surroundings: SinkSurroundings = {
  instanceId,
  publicUrl: 'https://watch.example',
  version: '1.2.3',
  secrets: [],
  fetch: globalThis.fetch,
};

const facts: AlertFacts = {
  ...{ id: 'a1', rule: 'objective-page:search-latency', kind: 'objective-page', subject: 'search-latency' },
  ...{ domain: 'search', severity: 'page', summary: 'slow', reason: 'why', startedAt: '', resolvedAt: null },
  firedAt: '2026-11-20T12:00:00.000Z',
  path: '/alerts/a1',
  runbook: '/runbooks/objective-page',
  links: [{ text: 'Objective', path: '/objectives/search-latency' }],
  details: { good: 1 },
};

function message(over: Partial<NotificationMessage> = {}): NotificationMessage {
  return {
    ...{ action: 'trigger', key: 'k', at: '2026-11-20T12:00:00.000Z', domain: 'search', severity: 'page' },
    ...{ summary: 'slow', alerts: [facts], by: null, links: [], details: {} },
    ...over,
  };
}

interface Body {
  readonly payload: { readonly summary: string; readonly severity: string; readonly custom_details: object };
  readonly links: readonly { readonly href: string }[];
}

const bodyOf = (over: Partial<NotificationMessage>): Body =>
  JSON.parse(pagerDutyBody(message(over), routingKey, surroundings)) as Body;

describe('pagerduty', () => {
  it('says everything a person needs: where, what, since when, all firing alerts, links with the runbook', () => {
    expect(bodyOf({})).toEqual({
      routing_key: routingKey,
      event_action: 'trigger',
      dedup_key: 'k',
      client: 'Seamwatch',
      client_url: 'https://watch.example/alerts/a1',
      links: [
        { href: 'https://watch.example/alerts/a1', text: 'Alert objective-page:search-latency' },
        { href: 'https://watch.example/runbooks/objective-page', text: 'Runbook: objective-page' },
        { href: 'https://watch.example/objectives/search-latency', text: 'Objective' },
      ],
      payload: {
        summary: 'slow',
        source: 'watch.example',
        severity: 'critical',
        timestamp: '2026-11-20T12:00:00.000Z',
        component: 'search',
        group: instanceId,
        class: 'objective-page',
        custom_details: {
          alerts: [
            {
              ...{ rule: 'objective-page:search-latency', summary: 'slow', reason: 'why' },
              details: { good: 1 },
              firing_since: '2026-11-20T12:00:00.000Z',
            },
          ],
        },
      },
    });
  });

  it('maps page, ticket and info to critical, warning and info', () => {
    expect((['page', 'ticket', 'info'] as const).map((severity) => bodyOf({ severity }).payload.severity)).toEqual([
      ...['critical', 'warning', 'info'],
    ]);
  });

  it('cuts a summary at 1024 code points without splitting a character', () => {
    const { summary } = bodyOf({ summary: '🔥'.repeat(2_000) }).payload;
    expect([...summary]).toHaveLength(1024);
    expect(summary.endsWith('🔥…')).toBe(true);
    expect(clip('🔥'.repeat(1024), 1024)).toBe('🔥'.repeat(1024));
  });

  it('drops the details, with a note, when the event would exceed 512 KB', () => {
    const alerts = Array.from({ length: 30 }, (_, index) => ({
      ...facts,
      path: `/alerts/a${index}`,
      reason: 'x'.repeat(20_000),
    }));
    const body = pagerDutyBody(message({ alerts }), routingKey, surroundings);
    expect(Buffer.byteLength(body)).toBeLessThan(512_000);
    expect((JSON.parse(body) as Body).payload.custom_details).toEqual({ note: expect.stringContaining('512 KB') });
    expect((JSON.parse(body) as Body).links).toHaveLength(20);
  });
});

it.each([
  ...[
    [200, 'accepted'],
    [202, 'accepted'],
    [301, 'rejected'],
    [400, 'rejected'],
    [401, 'rejected'],
    [404, 'rejected'],
  ],
  ...[
    [408, 'retry'],
    [413, 'rejected'],
    [429, 'retry'],
    [500, 'retry'],
    [502, 'retry'],
    [503, 'retry'],
    [504, 'retry'],
  ],
] as [number, string][])('an answer of %i is %s', (status, kind) => {
  expect(outcomeOf(status, '').kind).toBe(kind);
});

describe('webhook', () => {
  it('signs timestamp and body so that a receiver can check both', async () => {
    const seen: { headers: Headers; body: string }[] = [];
    const fetch: typeof globalThis.fetch = async (_, init) => {
      seen.push({ headers: new Headers(init?.headers), body: String(init?.body) });
      return new Response('');
    };
    const secret = 'sixteen-characters';
    const sinks = [{ id: 'hook', kind: 'webhook', url: 'https://hooks.example/in', secret }];
    const world = startAlertingWorld({ sinks }, { fetch });
    await world.tick([signal()]);
    const [first] = seen;
    const timestamp = first?.headers.get('x-seamwatch-timestamp') ?? '';
    expect(timestamp).toBe(String((noonMs + 10_000) / 1_000));
    expect(first?.headers.get('x-seamwatch-signature')).toBe(signatureOf(secret, timestamp, first?.body ?? ''));
    expect(JSON.parse(first?.body ?? '')).toMatchObject({
      ...{ version: 1, action: 'trigger', delivery: `${instanceId}-1` },
      incident: { domain: 'search', severity: 'page' },
      alerts: [{ rule: 'objective-page:search-latency', runbook: 'http://127.0.0.1:4600/runbooks/objective-page' }],
    });
    await world.close();
  });

  it('has the signature that any HMAC-SHA256 gives', () => {
    expect(signatureOf('key', '1', 'body')).toBe(
      'sha256=91b5374b153842ad05b2c4eab9349b8321b14703165bd3fb8b034dfb8be98ae5',
    );
  });
});

describe('secrets', () => {
  const secrets = { routingKey, password: 'pass-word-9', secret: 'sixteen-characters', path: 'hidden-in-the-path' };
  const sinks = [
    { id: 'oncall', kind: 'pagerduty', routingKey },
    { id: 'am', kind: 'alertmanager', url: `https://bob:${secrets.password}@am.example` },
    {
      id: 'hook',
      kind: 'webhook',
      url: `https://x:${secrets.password}@h.example/${secrets.path}`,
      secret: secrets.secret,
    },
  ];
  const echo = Object.values(secrets).join(' ');
  const failing: readonly (readonly [string, typeof globalThis.fetch])[] = [
    ['a 400 that repeats them', async () => new Response(echo, { status: 400 })],
    ['a 500 that repeats them', async () => new Response(echo, { status: 500 })],
    ['an error that names them', async () => Promise.reject(new TypeError(`fetch to ${echo} failed`))],
    [
      'a redirect',
      async () => new Response('', { status: 302, headers: { location: `https://evil.example/${echo}` } }),
    ],
  ];

  it.each(failing)('are nowhere after %s', async (_, fetch) => {
    const world = startAlertingWorld({ sinks }, { fetch });
    await world.tick([signal(), signal({ rule: 'i', severity: 'info' })]);
    await world.tick([signal()], 60_000);
    const shown = everythingShown(world);
    expect(shown).toContain('hook');
    const encoded = Buffer.from(`bob:${secrets.password}`).toString('base64');
    const found = [...Object.values(secrets), encoded].filter((secret) => shown.includes(secret));
    expect(found).toEqual([]);
    await world.close();
  });
});

/** Everything that leaves alerting other than to a sink. */
function everythingShown(world: AlertingWorld): string {
  const alerting = world.alerting();
  return JSON.stringify([world.statements, world.logged, world.changes, alerting.alerts(), alerting.sinks()]);
}
