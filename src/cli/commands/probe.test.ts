/** `probe run` against a real server: what is printed, and what scripts see of it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../kernel/clock.ts';
import { silentLog } from '../../kernel/log.ts';
import type { World } from '../world.ts';
import { probeRun } from './probe.ts';

const probes = `probes:
  - { id: good, kind: http, url: /good }
  - { id: bad, kind: http, url: /bad, title: The bad one }
  - { id: trip, kind: journey, steps: [{ id: one, title: The first, request: { url: /good } }] }
`;

/** A profile without probes, a configuration with `yaml`, a server that answers 503 at /bad only. */
async function setUp(yaml = probes) {
  const folder = mkdtempSync(join(tmpdir(), 'probe-run-'));
  writeFileSync(join(folder, 'domains.yaml'), '- { id: shop, title: Shop, source: own }\n');
  const config = join(folder, 'seamwatch.yaml');
  writeFileSync(config, `profile: ${folder}\n${yaml}`);
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/bad' ? 503 : 200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });
  const printed = { out: '', note: '' };
  const stop = new AbortController();
  const world: World = {
    clock: systemClock,
    log: silentLog,
    env: {},
    version: '1.2.3',
    packageRoot: folder,
    columns: 100,
    out: (text) => {
      printed.out += text;
    },
    note: (text) => {
      printed.note += text;
    },
    stop: stop.signal,
  };
  return { config, world, printed, stop, target: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe('probe run', () => {
  it('prints each probe, its reason where it failed, the steps of a journey, and exits 1', async () => {
    const { config, world, printed, target } = await setUp();
    expect(await probeRun([], { config, target }, world)).toBe(1);
    const text = printed.out.replace(/ +\d+ ms/g, '  N ms').replace(/-[0-9a-f]{12}/g, '-RUN');
    expect(text.split('\n').sort()).toEqual(
      [
        '',
        '● good     good  GET /good  N ms',
        '▲ failed   bad   The bad one  N ms',
        '             status 503, expected 200 to 299',
        '             seamwatch trace probe-bad-RUN',
        '● good     trip  trip  N ms',
        '           ● The first  N ms',
      ].sort(),
    );
  });

  it('runs only what is named, and exits 0', async () => {
    const { config, world, printed, target } = await setUp();
    expect(await probeRun(['good'], { config, target, json: true }, world)).toBe(0);
    expect(JSON.parse(printed.out)).toMatchObject({
      data: [{ id: 'good', state: 'good', reason: null, steps: [{ id: 'request', state: 'ok' }] }],
    });
  });

  it('takes the target of the configuration', async () => {
    const { target } = await setUp();
    const { config, world } = await setUp(`target: ${target}\n${probes}`);
    expect(await probeRun(['good'], { config }, world)).toBe(0);
  });

  it('exits 3 without a target, naming what is missing', async () => {
    const { config, world, printed } = await setUp();
    expect(await probeRun(['good'], { config }, world)).toBe(3);
    expect(printed.out).toBe(
      '◌ not run  good  GET /good: no target is configured; set target: https://… in seamwatch.yaml, or give --target\n',
    );
  });

  it('exits 3 when there are no probes', async () => {
    const { config, world, printed } = await setUp('');
    expect(await probeRun([], { config }, world)).toBe(3);
    expect(printed.note).toBe('there is no probe; write some below probes: in seamwatch.yaml\n');
  });

  it('refuses an unknown id and a broken probe, each with its place', async () => {
    const { config, world } = await setUp();
    await expect(probeRun(['god'], { config }, world)).rejects.toMatchObject({
      code: 'USAGE',
      message: 'there is no probe "god"; write one of good, bad, trip',
    });
    const broken = await setUp('probes: [{ id: a, kind: ping }]\n');
    await expect(probeRun([], { config: broken.config }, broken.world)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: `${broken.config}: probes: probe "a": kind "ping" is not known; write one of http, tls, tcp, websocket, journey`,
    });
  });

  it('exits 3 when it is stopped', async () => {
    const { config, world, stop, target, printed } = await setUp();
    stop.abort();
    expect(await probeRun([], { config, target }, world)).toBe(3);
    expect(printed).toEqual({ out: '', note: 'stopped before every probe had run\n' });
  });
});
