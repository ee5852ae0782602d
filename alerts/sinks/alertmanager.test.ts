/** A real Alertmanager: what fires is there, what is over leaves it, and what it forgot comes back. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingTool, requireTool } from '../../tests/tools.ts';
import { type AlertingWorld, instanceId, signal, startAlertingWorld } from '../alerting-fixture.ts';

const program = requireTool('prometheus-alertmanager');
const config = 'route: { receiver: nobody }\nreceivers: [ { name: nobody } ]\n';

interface Listed {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly generatorURL: string;
  readonly endsAt: string;
}

let folder = '';
let port = 0;
let child: ChildProcess | null = null;

describe.skipIf(program === null)(`Alertmanager (${program ?? missingTool('prometheus-alertmanager')})`, () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'alertmanager-'));
    writeFileSync(join(folder, 'config.yml'), config);
    port = await freePort();
    await start();
  });

  afterAll(async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('shows each firing alert by itself, keeps it while it fires, and loses it when it is over', async () => {
    const world = await worldNow();
    const firing = [signal(), signal({ kind: 'probe', subject: 'search-journey' })];
    await world.tick(firing, 0);
    const listed = await open();
    expect(listed.map((one) => one.labels.alertname).sort()).toEqual(['SeamwatchObjectivePage', 'SeamwatchProbe']);
    expect(listed.find((one) => one.labels.alertname === 'SeamwatchObjectivePage')).toMatchObject({
      labels: {
        ...{ domain: 'search', severity: 'page', subject: 'search-latency', instance: instanceId },
        rule: 'objective-page:search-latency',
      },
      annotations: {
        summary: signal().summary,
        reason: signal().reason,
        runbook_url: 'http://127.0.0.1:4600/runbooks/objective-page',
      },
      generatorURL: expect.stringContaining('http://127.0.0.1:4600/alerts/'),
    });
    await end(world, [
      firing[0] ?? signal(),
      { ...signal({ kind: 'probe', subject: 'search-journey' }), condition: 'ok' },
    ]);
    expect((await open()).map((one) => one.labels.alertname)).toEqual(['SeamwatchObjectivePage']);
    await end(
      world,
      firing.map((one) => ({ ...one, condition: 'ok' })),
    );
    expect(await open()).toEqual([]);
    expect(world.alerting().sinks()).toMatchObject([{ id: 'am', state: 'ok', queued: 0, reason: null }]);
    await world.close();
  });

  it('is told again within a minute when it lost everything', async () => {
    const world = await worldNow();
    await world.tick([signal()], 0);
    const [before] = await open();
    await stop();
    await world.tick([signal()], 61_000);
    expect(world.alerting().sinks()).toMatchObject([{ state: 'failing', reason: 'not reached: ECONNREFUSED' }]);
    await start();
    expect(await open()).toEqual([]);
    await world.tick([signal()], 61_000);
    const [after] = await open();
    expect(after?.labels).toEqual(before?.labels);
    expect(Date.parse(after?.endsAt ?? '') - world.clock.nowMs()).toBe(300_000);
    await end(world, [signal({ condition: 'ok' })]);
    expect(await open()).toEqual([]);
    await world.close();
  });
});

/** Alertmanager has no clock of ours: the world begins at its time, a little before, so that an end is never in its future. */
async function worldNow(): Promise<AlertingWorld> {
  const world = startAlertingWorld({ sinks: [{ id: 'am', kind: 'alertmanager', url: `http://127.0.0.1:${port}` }] });
  world.clock.set(Date.now() - 240_000);
  return world;
}

/** Seven evaluations 10 s apart: 60 s of whatever is ok. */
async function end(world: AlertingWorld, signals: Parameters<AlertingWorld['tick']>[0]): Promise<void> {
  for (let round = 0; round < 7; round++) await world.tick(signals);
}

async function open(): Promise<readonly Listed[]> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v2/alerts`);
  return (await answer.json()) as Listed[];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** With an empty memory: the storage folder is a new one each time. */
async function start(): Promise<void> {
  const args = [
    `--config.file=${join(folder, 'config.yml')}`,
    `--storage.path=${mkdtempSync(join(folder, 'data-'))}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
  ];
  child = spawn(program ?? '', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const started = child;
  await new Promise<void>((resolve, reject) => {
    started.once('exit', (code) => reject(new RangeError(`Alertmanager ended with ${code}`)));
    started.stderr?.on('data', (chunk) => {
      if (String(chunk).includes('Listening on')) resolve();
    });
  });
}

async function stop(): Promise<void> {
  if (child === null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
  child = null;
}
