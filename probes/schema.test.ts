/** Probes as they are written: defaults, addresses, and the exact words of every refusal. */
import { describe, expect, it } from 'vitest';
import { AppError } from '../src/kernel/errors.ts';
import { overlayProbes, parseProbes } from './index.ts';

const http = { id: 'feed', kind: 'http', url: 'https://a.example/feed' };
const target = 'https://campus.example/app/';

function refusal(section: unknown, base: string | null = target): string {
  try {
    parseProbes(section, 'probes.yaml', base);
  } catch (error) {
    if (error instanceof AppError && error.code === 'CONFIG_INVALID') return error.message;
    throw error;
  }
  return 'accepted';
}

function parseOne(row: object, base: string | null = target) {
  const [probe] = parseProbes([row], 'probes.yaml', base);
  return probe;
}

function journey(...steps: readonly object[]) {
  return [{ id: 'j', kind: 'journey', steps }];
}

describe('parseProbes', () => {
  it('fills in the defaults', () => {
    expect(parseOne({ ...http })).toEqual({
      id: 'feed',
      kind: 'http',
      title: 'GET https://a.example/feed',
      domain: null,
      source: null,
      everyMs: 30_000,
      timeoutMs: 5_000,
      confirm: { failures: 2, of: 3 },
      countsForUptime: true,
      target: 'https://a.example/feed',
      notConfigured: null,
      request: { method: 'GET', url: 'https://a.example/feed', headers: {}, json: undefined },
      expect: { status: null, bodyContains: null, json: [], atMostMs: null },
    });
  });

  it('understands every documented key', () => {
    const probe = parseOne({
      ...http,
      title: 'Feed',
      domain: 'feed',
      source: 'S1 §9.3',
      every: '1m',
      timeout: '500ms',
      confirm: { failures: 3, of: 5 },
      uptime: false,
      method: 'POST',
      headers: { 'x-user-id': 7 },
      json: { a: 1 },
      expect: { status: [200, 201], bodyContains: 'ok', json: { '$.id': 1 }, atMost: '300ms' },
    });
    expect(probe).toMatchObject({
      everyMs: 60_000,
      timeoutMs: 500,
      countsForUptime: false,
      request: { method: 'POST', headers: { 'x-user-id': '7' }, json: { a: 1 } },
      expect: { status: [200, 201], bodyContains: 'ok', json: [['$.id', 1]], atMostMs: 300 },
    });
  });

  it('puts relative addresses below the target, path included, and makes sockets of them', () => {
    expect(parseOne({ id: 'a', kind: 'http', url: '/api/feed?x=1' })).toMatchObject({
      request: { url: 'https://campus.example/app/api/feed?x=1' },
      target: 'https://campus.example/app/api/feed',
    });
    expect(parseOne({ id: 'a', kind: 'websocket', url: '/ws' })).toMatchObject({ url: 'wss://campus.example/app/ws' });
    expect(parseOne({ id: 'a', kind: 'tls' })).toMatchObject({
      address: { host: 'campus.example', port: 443 },
      minDays: 14,
      countsForUptime: false,
      target: 'campus.example:443',
    });
    expect(parseOne({ id: 'a', kind: 'tcp', address: '[::1]:6379' })).toMatchObject({
      address: { host: '::1', port: 6379 },
      target: '[::1]:6379',
    });
  });

  it('shows neither credentials nor queries', () => {
    const url = 'https://user:secret@a.example/feed?token=secret#x';
    expect(parseOne({ ...http, url })).toMatchObject({
      target: 'https://a.example/feed',
      title: 'GET https://a.example/feed',
    });
    const probe = parseOne({
      id: 'j',
      kind: 'journey',
      steps: [
        { id: 's', request: { url } },
        { id: 't', request: { url: '/a?b=secret' } },
      ],
    });
    expect(probe).toMatchObject({
      target: 'https://a.example, https://campus.example',
      steps: [{ title: 'GET https://a.example/feed' }, { title: 'GET /a' }],
    });
  });

  it.each([
    { id: 'a', kind: 'http', url: '/feed' },
    { id: 'a', kind: 'tcp' },
    { id: 'a', kind: 'tls' },
    { id: 'a', kind: 'websocket', url: '/ws' },
    { id: 'a', kind: 'journey', steps: [{ id: 's', request: { url: '/feed' } }] },
  ])('keeps $kind without a target as not configured', (row) => {
    expect(parseOne(row, null)).toMatchObject({
      notConfigured: 'no target is configured; set target: https://… in seamwatch.yaml',
    });
    expect(parseOne(row)).toMatchObject({ notConfigured: null });
  });

  it('lets the configuration take the place of a profile probe by id', () => {
    const profile = parseProbes([http, { ...http, id: 'chat' }], 'a', null);
    const own = parseProbes(
      [
        { ...http, title: 'own' },
        { ...http, id: 'new' },
      ],
      'b',
      null,
    );
    expect(overlayProbes(profile, own).map(({ id, title }) => [id, title])).toEqual([
      ['feed', 'own'],
      ['chat', 'GET https://a.example/feed'],
      ['new', 'GET https://a.example/feed'],
    ]);
  });

  it.each([
    ['no list', { feed: {} }, 'probes.yaml: must be a list; begin each probe with "- id:"'],
    ['a text', ['feed'], 'probes.yaml: probe number 1: "feed" is no probe; write its id, kind and address'],
    [
      'an unknown kind',
      [{ ...http, kind: 'ping' }],
      'probes.yaml: probe "feed": kind "ping" is not known; write one of http, tls, tcp, websocket, journey',
    ],
    ['two of one id', [http, http], 'probes.yaml: probe "feed": is defined twice; rename or remove one'],
    ['no url', [{ id: 'feed', kind: 'http' }], 'probes.yaml: probe "feed": url is missing; add it (string)'],
    [
      'an unknown key',
      [{ ...http, retries: 3 }],
      'probes.yaml: probe "feed": has the unknown key "retries"; write one of id, title, domain, source, every, timeout, confirm, uptime, kind, url, method, headers, json, expect, or remove it',
    ],
    [
      'an unknown expectation',
      [{ ...http, expect: { code: 200 } }],
      'probes.yaml: probe "feed": expect has the unknown key "code"; write one of status, bodyContains, json, atMost, or remove it',
    ],
    [
      'a bare number as a duration',
      [{ ...http, every: 30 }],
      'probes.yaml: probe "feed": every 30 has no unit; write 30ms or 30s',
    ],
    ['a period below a second', [{ ...http, every: '10ms' }], 'probes.yaml: probe "feed": every must be at least 1s'],
    [
      'more failures than runs',
      [{ ...http, confirm: { failures: 3, of: 2 } }],
      'probes.yaml: probe "feed": confirm failures must not be more than of; write such as { failures: 2, of: 3 }',
    ],
    [
      'another scheme',
      [{ ...http, url: 'ftp://a.example/' }],
      'probes.yaml: probe "feed": url "ftp://a.example/" must begin with http:// or https://',
    ],
    [
      'a url without a beginning',
      [{ ...http, url: 'api/feed' }],
      'probes.yaml: probe "feed": url "api/feed" is not understood; begin it with / for a path below the target, or with http:// or https://',
    ],
    [
      'a url of another host by two slashes',
      [{ ...http, url: '//evil.example/' }],
      'probes.yaml: probe "feed": url "//evil.example/" has no scheme; begin it with http:// or https://',
    ],
    [
      'an address without a port',
      [{ id: 'a', kind: 'tcp', address: 'db.example' }],
      'probes.yaml: probe "a": address "db.example" is not understood; write host:port, such as campus.example:443',
    ],
    [
      'a header that is set anyway',
      [{ ...http, headers: { TraceParent: 'x' } }],
      'probes.yaml: probe "feed": headers "TraceParent" is set by the probe itself; remove it',
    ],
    [
      'a path that is none',
      [{ ...http, expect: { json: { id: 1 } } }],
      'probes.yaml: probe "feed": expect.json "id" is not a path; write one such as $.id or $.items[0].name',
    ],
    [
      'an operator written wrong',
      [{ ...http, expect: { json: { '$.a': { minItems: 'x' } } } }],
      'probes.yaml: probe "feed": expect.json.$.a minItems must be a whole number',
    ],
  ])('refuses %s', (_name, section, message) => {
    expect(refusal(section)).toBe(message);
  });

  it('refuses a target that is no web address', () => {
    expect(refusal([http], 'campus')).toBe(
      'target "campus" is not an address; write the app\'s base URL, such as https://campus.example',
    );
  });
});

describe('steps of a journey', () => {
  const post = { id: 'post', request: { method: 'POST', url: '/api/posts' }, capture: { post: '$.id' } };

  it.each([
    [
      'a name that is not captured before',
      journey(post, { id: 'find', poll: { url: '/api/search?q={{pots}}' }, until: { status: 200 } }),
      'probes.yaml: probe "j": step "find": {{pots}} is not known here; earlier steps capture post, and run and correlationId are built in',
    ],
    [
      'a name that is captured later',
      journey({ id: 'find', request: { url: '/{{post}}' } }, post),
      'probes.yaml: probe "j": step "find": {{post}} is not known here; no earlier step captures anything, and run and correlationId are built in',
    ],
    [
      'braces that are no template',
      journey({ id: 'a', request: { url: '/{{a.b}}' } }),
      'probes.yaml: probe "j": step "a": {{a.b}} is not understood; write {{name}} with letters, digits and _',
    ],
    [
      'a template in the host',
      journey(post, { id: 'b', request: { url: 'http://{{post}}.example/' } }),
      'probes.yaml: probe "j": step "b": url "http://{{post}}.example/" has a template in its host; templates may stand in the path and the query only',
    ],
    [
      'a step that does nothing',
      journey({ id: 'a' }),
      'probes.yaml: probe "j": step "a": does nothing; write one of request, poll, connect, send, receive',
    ],
    [
      'a step that does two things',
      journey({ id: 'a', request: { url: '/' }, poll: { url: '/' } }),
      'probes.yaml: probe "j": step "a": does two things, request and poll; write one of request, poll, connect, send, receive',
    ],
    [
      'an unknown key in a step',
      journey({ ...post, retry: 1 }),
      'probes.yaml: probe "j": step "post": has the unknown key "retry"; write one of id, title, within, since, request, expect, capture, or remove it',
    ],
    [
      'a poll without until',
      journey({ id: 'a', poll: { url: '/' } }),
      'probes.yaml: probe "j": step "a": until is missing; add it (object)',
    ],
    ['two steps of one id', journey(post, post), 'probes.yaml: probe "j": step "post": is defined twice; rename one'],
    [
      'since a stranger',
      journey(post, { id: 'b', request: { url: '/' }, since: 'pots' }),
      'probes.yaml: probe "j": step "b": since "pots" is no earlier step; write one of post',
    ],
    [
      'a message on no socket',
      journey(post, { id: 'b', receive: { on: 'post', match: { a: 1 } } }),
      'probes.yaml: probe "j": step "b": on "post" is no earlier step that connects; there is none before it',
    ],
    [
      'receiving nothing in particular',
      journey({ id: 'c', connect: { url: '/ws' } }, { id: 'b', receive: { on: 'c' } }),
      'probes.yaml: probe "j": step "b": receive needs match or contains, one of them',
    ],
    [
      'a capture of a built-in name',
      journey({ ...post, capture: { run: '$.id' } }),
      'probes.yaml: probe "j": step "post": capture "run" is built in; choose another name',
    ],
    ['no steps', journey(), 'probes.yaml: probe "j": steps [] is too small; it must be at least 1'],
    [
      'cleanup that waits',
      [{ ...journey(post)[0], cleanup: [{ id: 'c', poll: { url: '/' }, until: {} }] }],
      'probes.yaml: probe "j": cleanup step "c": cleanup makes requests only; write request:',
    ],
  ])('refuse %s', (_name, section, message) => {
    expect(refusal(section)).toBe(message);
  });

  it("take the journey's headers, and their own over them", () => {
    const probe = parseOne({
      id: 'j',
      kind: 'journey',
      headers: { 'x-user-id': 1, accept: 'text/html' },
      steps: [{ id: 's', request: { url: '/', headers: { 'x-user-id': 2 } } }],
    });
    expect(probe).toMatchObject({
      target: 'https://campus.example',
      steps: [{ withinMs: 5_000, request: { headers: { 'x-user-id': '2', accept: 'text/html' } } }],
    });
  });
});
