import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseAlerts } from '../alerts/index.ts';
import { limitsOf, parseFaro, parseForward, parseScrape } from '../collector/index.ts';
import { parseProbes } from '../probes/index.ts';
import { checkConfig, loadConfig } from './config.ts';

const check = (raw: unknown) => checkConfig(raw, 'seamwatch.yaml', { TOKEN: 's3cret' });

const secrets = Object.fromEntries(
  ['SEAMWATCH_INGEST_TOKEN', 'SEAMWATCH_EDGE_TOKEN', 'SEAMWATCH_READ_TOKEN', 'SEAMWATCH_ADMIN_TOKEN', 'FARO_KEY']
    .map((name) => [name, `a-secret-of-some-length-${name}`])
    .concat([['PAGERDUTY_ROUTING_KEY', '0123456789abcdef0123456789abcdef']]),
);

describe('the documented configuration', () => {
  it('is accepted whole, by every folder that owns a part of it', () => {
    const document = readFileSync(join(import.meta.dirname, '..', 'docs', 'configuration.md'), 'utf8');
    const yaml = /```yaml\n([\s\S]*?)```/.exec(document)?.[1] ?? '';
    const config = checkConfig(parse(yaml), 'docs/configuration.md', secrets);
    expect(parseProbes(config.probes, 'probes', config.target ?? null)).toHaveLength(1);
    expect(parseAlerts(config.alerts, 'alerts').sinks.map(({ id }) => id)).toEqual(['oncall', 'am']);
    expect(parseScrape(config.scrape, 'scrape')).toHaveLength(1);
    expect(parseForward(config.forward, 'forward').map(({ kind }) => kind)).toEqual(['otlp', 'remote-write']);
    expect(parseFaro(config.faro, 'faro')).toHaveLength(1);
    expect(config.retention.maxDiskGiB).toBe(20);
    expect(config.tokens.ingest.map(({ name }) => name)).toEqual(['shop', 'edge']);
    expect(limitsOf(config.intake)).toEqual(limitsOf(checkConfig({}, 'the defaults', {}).intake));
  });
});

describe('config', () => {
  it('fills every default when there is no file', () => {
    expect(loadConfig({ path: null, env: {} })).toMatchObject({
      profile: 'campus-connect',
      timezone: 'UTC',
      listen: { host: '127.0.0.1', port: 4600 },
      retention: { spans: 7 * 86_400_000, slices: 400 * 86_400_000 },
    });
  });

  it.each([
    [{ porfile: 'x' }, 'seamwatch.yaml: unknown key "porfile"; remove it or correct its spelling'],
    [{ listen: { prot: 1 } }, 'seamwatch.yaml: listen: unknown key "prot"; remove it or correct its spelling'],
    [
      { timezone: 'Mars' },
      'seamwatch.yaml: timezone: "Mars" is not a time zone; write an IANA name such as Europe/Berlin or UTC',
    ],
    [
      { tokens: { ingest: `\${NOPE}` } },
      `seamwatch.yaml: \${NOPE} is not set in the environment; export NOPE or remove the reference`,
    ],
    [
      { retention: { spans: '7 days' } },
      'seamwatch.yaml: retention.spans: "7 days" is not accepted: duration "7 days" is not understood; write a positive number with ms, s, m, h or d, such as 200ms or 30d',
    ],
    [
      { corrections: [{ id: 'x' }] },
      'seamwatch.yaml: corrections: [{"id":"x"}] is not accepted: corrections is not in this version yet; leave it empty',
    ],
    [
      { target: 'localhost:4700' },
      'seamwatch.yaml: target: "localhost:4700" is not a web address; write it with its scheme, such as https://app.example.org',
    ],
  ])('refuses %j with one message', (raw, message) => {
    expect(() => check(raw)).toThrow(message);
  });

  const shop = { name: 'shop', token: 'top-secret' };
  it.each([
    ['', 'tokens.ingest is empty; give it a long random value or leave the key out'],
    [5, 'tokens.ingest is neither a token nor a list such as [ { name: shop, token: "$' + '{SHOP_TOKEN}" } ]'],
    [shop, 'tokens.ingest is neither a token nor a list such as [ { name: shop, token: "$' + '{SHOP_TOKEN}" } ]'],
    ['top secret', 'tokens.ingest.0.token holds white space, which no header can carry; leave it out'],
    [
      ['top-secret'],
      'tokens.ingest.0 is not a token with its name; write a list such as [ { name: shop, token: "$' +
        '{SHOP_TOKEN}" } ]',
    ],
    [[{ ...shop, token: ' ' }], 'tokens.ingest.0.token is empty; give it a value'],
    [[{ ...shop, token: 12_345 }], 'tokens.ingest.0.token is not text; put it in quotes'],
    [
      [{ ...shop, name: 'Shop 1' }],
      'tokens.ingest.0.name: "Shop 1" is not a name; write lower-case letters, digits and hyphens',
    ],
    [[{ ...shop, name: 'admin' }], 'tokens.ingest.0.name: "admin" is taken by seamwatch itself; choose another name'],
    [[shop, { ...shop, token: 'b' }], 'tokens.ingest.1.name: "shop" is there twice; give each token a name of its own'],
    [
      [shop, { ...shop, name: 'app' }],
      'tokens.ingest.1.token is that of "shop" too; give each sender a token of its own',
    ],
    [[{ ...shop, maxBytes: 1 }], 'tokens.ingest.0: unknown key "maxBytes"; remove it or correct its spelling'],
    [
      [{ ...shop, maxRequestsPerSecond: 0 }],
      'tokens.ingest.0.maxRequestsPerSecond: 0 is too small; write a number from 0.1 to 1000000',
    ],
    [
      [{ ...shop, maxMiBPerSecond: '2' }],
      'tokens.ingest.0.maxMiBPerSecond: "2" is not a number; write a number from 0.001 to 100000',
    ],
    [
      [{ ...shop, maxInFlightMiB: 300 }],
      'tokens.ingest.0.maxInFlightMiB: 300 is more than intake.maxInFlightMiB 256, which is for all senders together; lower it',
    ],
  ])('refuses tokens.ingest %j with one message that holds no token', (ingest, message) => {
    let said = '';
    try {
      check({ tokens: { ingest } });
    } catch (error) {
      said = (error as Error).message;
    }
    expect(said).toBe(`seamwatch.yaml: ${message}`);
    expect(said).not.toMatch(/top.secret|12345/);
  });

  it('takes one ingest token for all, or one for each sender with limits of its own', () => {
    expect(check({}).tokens.ingest).toEqual([]);
    expect(check({ tokens: { ingest: `\${TOKEN}` } }).tokens.ingest).toEqual([{ name: 'ingest', token: 's3cret' }]);
    const named = { name: 'shop', token: `\${TOKEN}`, maxMiBPerSecond: 2, maxInFlightMiB: 16 };
    expect(check({ tokens: { ingest: [named] } }).tokens.ingest).toEqual([{ ...named, token: 's3cret' }]);
  });

  it('says where in the section intake a value is out of range', () => {
    expect(() => check({ intake: { perSender: { maxRequestsPerSecond: -1 } } })).toThrow(
      'seamwatch.yaml: intake.perSender.maxRequestsPerSecond: -1 is too small; write a number from 0.1 to 1000000',
    );
    expect(() => check({ intake: { maxInFlightMiB: 10 } })).toThrow(
      'seamwatch.yaml: intake.maxInFlightMiB: 10 is less than maxBodyMiB 64; raise it, or lower maxBodyMiB',
    );
  });

  it('accepts the documented keys of later parts while they are empty', () => {
    const raw = { corrections: [], migrations: [], hashUserIds: false };
    expect(check(raw).corrections).toEqual([]);
  });

  it('names the port that is out of range', () => {
    expect(() => check({ listen: { port: 99_999 } })).toThrow(/seamwatch\.yaml: listen\.port: 99999 is not accepted/);
  });

  it('cuts the slash off addresses, so that paths can follow them', () => {
    expect(check({ target: 'http://127.0.0.1:4700/', publicUrl: 'https://seamwatch.example.org/x/' })).toMatchObject({
      target: 'http://127.0.0.1:4700',
      publicUrl: 'https://seamwatch.example.org/x',
    });
  });

  it('takes secrets from the environment only by reference', () => {
    expect(check({ tokens: { admin: `\${TOKEN}` } }).tokens.admin).toBe('s3cret');
  });

  it('names a file that does not exist and one that is not YAML', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'seamwatch-config-')), 'broken.yaml');
    writeFileSync(path, 'profile: [unclosed');
    expect(() => loadConfig({ path, env: {} })).toThrow(/broken\.yaml: not readable as YAML/);
    expect(() => loadConfig({ path: '/nowhere/x.yaml', env: {} })).toThrow(/"\/nowhere\/x\.yaml" does not exist/);
  });
});
