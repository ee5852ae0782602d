/** The section alerts: what is accepted, and refusals that name place and remedy without showing a secret. */
import { describe, expect, it } from 'vitest';
import { routingKey } from './alerting-fixture.ts';
import { parseAlerts } from './index.ts';

const pagerduty = { id: 'oncall', kind: 'pagerduty', routingKey };
const webhook = { id: 'hook', kind: 'webhook', url: 'https://hooks.example/in', secret: 'sixteen-characters' };

function refusal(section: unknown): string {
  try {
    parseAlerts(section, 'seamwatch.yaml');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'accepted';
}

describe('accepted', () => {
  it('nothing at all', () => {
    expect(parseAlerts(undefined, 'x')).toEqual({ sinks: [], routes: [] });
  });

  it('the three kinds, with addresses derived and users taken out of them', () => {
    const sinks = [
      pagerduty,
      { id: 'local', kind: 'pagerduty', routingKey, endpoint: 'http://127.0.0.1:9/v2/enqueue' },
      { id: 'odd', kind: 'pagerduty', routingKey, endpoint: 'http://localhost:9/in' },
      { id: 'am', kind: 'alertmanager', url: 'https://bob:s%40fe@am.example/prefix/' },
      webhook,
    ];
    expect(parseAlerts({ sinks }, 'x').sinks).toEqual([
      {
        ...pagerduty,
        endpoint: 'https://events.pagerduty.com/v2/enqueue',
        changeEndpoint: 'https://events.pagerduty.com/v2/change/enqueue',
      },
      { ...sinks[1], changeEndpoint: 'http://127.0.0.1:9/v2/change/enqueue' },
      { ...sinks[2], changeEndpoint: null },
      { id: 'am', kind: 'alertmanager', url: 'https://am.example/prefix', userInfo: 'bob:s@fe' },
      { ...webhook, userInfo: null },
    ]);
  });
});

describe('refused', () => {
  it.each([
    ['a short key', { sinks: [{ ...pagerduty, routingKey: 'hush-hush' }] }, 'must be the 32 letters and digits'],
    ['a key that is no text', { sinks: [{ ...pagerduty, routingKey: 42_424_242 }] }, 'not shown here'],
    ['no key', { sinks: [{ id: 'a', kind: 'pagerduty' }] }, 'routingKey is missing; add routingKey'],
    ['a short secret', { sinks: [{ ...webhook, secret: 'hush-hush' }] }, 'at least 16 characters'],
    [
      'plain http to another host',
      { sinks: [{ ...webhook, url: 'http://bob:hush-hush@a.example/hush-hush' }] },
      '"http://a.example" is not https',
    ],
    ['no address', { sinks: [{ id: 'am', kind: 'alertmanager' }] }, 'url is missing; add an address'],
    ['something that is no address', { sinks: [{ ...webhook, url: 'hush-hush' }] }, 'is not an address'],
    [
      'a user in the endpoint',
      { sinks: [{ ...pagerduty, endpoint: 'https://bob:hush-hush@a.example/enqueue' }] },
      'holds a user name',
    ],
    ['an unknown kind', { sinks: [{ id: 'a', kind: 'opsgenie' }] }, 'write one of pagerduty, alertmanager, webhook'],
    ['an unknown key', { sinks: [{ ...webhook, token: 'hush-hush' }] }, 'has the unknown key "token"'],
    ['an id twice', { sinks: [pagerduty, pagerduty] }, 'the id "oncall" is there twice'],
    ['a sink that is a word', { sinks: ['hush-hush'] }, 'alerts.sinks[0]: write a sink'],
    [
      'a route to nobody',
      { sinks: [pagerduty], routes: [{ match: {}, to: ['nobody'] }] },
      'alerts.routes[0]: "nobody" is the id of no sink; write one of oncall',
    ],
    [
      'a route with an unknown severity',
      { sinks: [pagerduty], routes: [{ match: { severity: 'sev1' }, to: ['oncall'] }] },
      'write one of page, ticket, info',
    ],
  ])('%s', (_, section, words) => {
    const message = refusal(section);
    expect(message).toContain('seamwatch.yaml: alerts');
    expect(message).toContain(words);
    expect(message).not.toContain('hush-hush');
    expect(message).not.toContain('42424242');
  });

  it('takes an Alertmanager over http inside a network, and not with a password', () => {
    const sink = (url: string) => parseAlerts({ sinks: [{ id: 'am', kind: 'alertmanager', url }] }, 'test').sinks[0];
    expect(sink('http://alertmanager:9093/')).toMatchObject({ url: 'http://alertmanager:9093' });
    expect(() => sink('http://ada:secret@alertmanager:9093')).toThrow(/"http:\/\/alertmanager:9093" is not https/);
  });
});
