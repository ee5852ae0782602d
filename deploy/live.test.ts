/** The stack without containers: the same files with addresses of this machine, read by a real Prometheus and a real Alertmanager. */

import { lookup } from 'node:dns/promises';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Running, startProgram, startScript, temporaryFolder, until } from '../tests/e2e/running.ts';
import { missingTool, requireTool } from '../tests/tools.ts';
import { layOut, stack, text } from './stack-fixture.ts';

const prometheus = requireTool('prometheus');
const alertmanager = requireTool('prometheus-alertmanager');
const skipped = [
  ...(prometheus === null ? [missingTool('prometheus')] : []),
  ...(alertmanager === null ? [missingTool('prometheus-alertmanager')] : []),
].join('; ');
const folder = temporaryFolder();
const running: Running[] = [];
let prometheusUrl = '';
let alertmanagerUrl = '';

interface RuleGroup {
  readonly rules: readonly {
    readonly name: string;
    readonly health: string;
    readonly lastError?: string;
    readonly labels: object;
  }[];
}

interface ReceivedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly status: { readonly state: string };
}

/** None of these programs can take port 0 and say which it got. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function startPlane(host: string): Promise<string> {
  const config = join(folder.path, 'seamwatch.yaml');
  const written = text('deploy/seamwatch.yaml').replace('host: seamwatch', `host: ${host}`);
  writeFileSync(config, written.replace(/\$\{\w*_(\w+)_TOKEN\}/g, '$1-token'));
  const plane = startScript([
    ...['src/cli/main.ts', 'serve', '--config', config, '--data', join(folder.path, 'plane')],
    ...['--port', '0', '--otlp-port', '0'],
  ]);
  running.push(plane);
  return (await plane.says(/Console: (http\S+)/)).replace('Console: ', '');
}

async function startAlertmanager(): Promise<string> {
  const service = stack.services.alertmanager;
  if (service !== undefined) layOut(service, folder.path, 'none');
  const port = await freePort();
  running.push(
    startProgram(alertmanager ?? '', [
      `--config.file=${join(folder.path, 'etc/alertmanager/alertmanager.yml')}`,
      `--storage.path=${join(folder.path, 'alertmanager')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ]),
  );
  return `http://127.0.0.1:${port}`;
}

/** As mounted, with the addresses of this machine and steps of 1 s instead of 15 s and more. */
async function startPrometheus(plane: string, app: string): Promise<string> {
  const service = stack.services.prometheus;
  if (service !== undefined) layOut(service, folder.path, 'READ-token');
  const home = join(folder.path, 'etc/prometheus');
  const port = await freePort();
  const config = text('deploy/prometheus.yml')
    .replace('127.0.0.1:9090', `127.0.0.1:${port}`)
    .replace('seamwatch:4600', new URL(plane).host)
    .replace('host.docker.internal:4700', new URL(app).host)
    .replaceAll('alertmanager:9093', new URL(alertmanagerUrl).host)
    .replace(/(scrape_interval|evaluation_interval): \d+s/g, '$1: 1s');
  writeFileSync(join(home, 'prometheus.yml'), config);
  for (const name of readdirSync(join(home, 'rules'))) {
    const file = join(home, 'rules', name);
    writeFileSync(file, readFileSync(file, 'utf8').replace(/interval: (?:30s|2m)$/gm, 'interval: 2s'));
  }
  mkdirSync(join(folder.path, 'tsdb'), { recursive: true });
  running.push(
    startProgram(prometheus ?? '', [
      `--config.file=${join(home, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder.path, 'tsdb')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ]),
  );
  return `http://127.0.0.1:${port}`;
}

async function get<T>(address: string): Promise<T | null> {
  const answer = await fetch(address).catch(() => null);
  return answer?.ok === true ? ((await answer.json()) as T) : null;
}

async function query(expr: string): Promise<readonly { metric: Record<string, string>; value: number }[]> {
  const body = await get<{ data: { result: { metric: Record<string, string>; value: [number, string] }[] } }>(
    `${prometheusUrl}/api/v1/query?query=${encodeURIComponent(expr)}`,
  );
  return body?.data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) })) ?? [];
}

/** Which of the alerts Alertmanager holds back, by `subject`. */
async function suppressed(alerts: readonly Readonly<Record<string, string>>[]): Promise<readonly string[]> {
  const body = JSON.stringify(alerts.map((labels) => ({ labels })));
  const headers = { 'content-type': 'application/json' };
  await until(
    async () =>
      (await fetch(`${alertmanagerUrl}/api/v2/alerts`, { method: 'POST', headers, body }).catch(() => null))?.ok
        ? true
        : null,
    30_000,
    () => 'Alertmanager takes nothing',
  );
  const wanted = alerts.map(({ subject }) => subject);
  const held = await until(
    async () => {
      const all = (await get<readonly ReceivedAlert[]>(`${alertmanagerUrl}/api/v2/alerts`)) ?? [];
      const own = all.filter(({ labels }) => wanted.includes(labels.subject));
      return own.length === alerts.length && own.every(({ status }) => status.state !== 'unprocessed') ? own : null;
    },
    60_000,
    () => 'Alertmanager has not processed them',
  );
  return held.filter(({ status }) => status.state === 'suppressed').map(({ labels }) => labels.subject ?? '');
}

describe.skipIf(skipped !== '')(skipped === '' ? 'the stack, live' : skipped, () => {
  beforeAll(async () => {
    // A name that is not loopback, as in the container; a machine that cannot resolve its own name has none.
    const host = await lookup(hostname()).then(hostname, () => '127.0.0.1');
    const plane = await startPlane(host);
    const campus = startScript([
      'examples/campus/main.ts',
      '--port',
      '0',
      '--endpoint',
      plane,
      '--token',
      'INGEST-token',
      '--rate',
      '40',
    ]);
    running.push(campus);
    const app = await campus.says(/http:\/\/127\.0\.0\.1:\d+/);
    alertmanagerUrl = await startAlertmanager();
    prometheusUrl = await startPrometheus(plane, app);
  }, 120_000);

  afterAll(async () => {
    for (const one of running.reverse()) await one.kill('SIGTERM');
    folder.remove();
  });

  const story = (): string => running.map((one) => one.printed().slice(-400)).join('\n');

  it('scrapes the control plane with the read token by its name, the application, and itself', async () => {
    await until(async () => ((await query('up == 1')).length === 4 ? true : null), 60_000, story);
  }, 70_000);

  it('records counts and ratios of the running application, for which good never exceeds all', async () => {
    const events = await until(
      async () => {
        const found = await query(
          'seamwatch:objective_events:increase{window="5m",objective=~"api-latency|error-rate|feed-load|search-latency|database-query"} > 50',
        );
        return found.length === 5 ? found : null;
      },
      90_000,
      story,
    );
    expect(events.map(({ metric }) => metric.domain).sort()).toEqual(['all', 'all', 'all', 'feed', 'search']);
    const pair = (name: string): string => `seamwatch:objective_${name}:increase{window="5m"}`;
    expect(await query(`${pair('good')} > 1.001 * ${pair('events')}`)).toEqual([]);
    expect((await query('seamwatch:objective_errors:ratio{window="5m",objective="api-latency"} <= 1')).length).toBe(1);
  }, 100_000);

  it('evaluates every rule without an error', async () => {
    const rules = await until(
      async () => {
        const groups =
          (await get<{ data: { groups: readonly RuleGroup[] } }>(`${prometheusUrl}/api/v1/rules`))?.data.groups ?? [];
        const all = groups.flatMap((group) => group.rules);
        return all.length > 0 && all.every(({ health }) => health !== 'unknown') ? all : null;
      },
      60_000,
      story,
    );
    expect(rules.length).toBeGreaterThan(700);
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
  }, 70_000);

  it('lets the page of a domain explain what all domains see, but neither missing data nor a ticket mute a page', async () => {
    const burn = { alertname: 'SeamwatchObjectiveBurn' };
    const page = { alertname: 'SeamwatchObjectivePage', severity: 'page' };
    const silent = { alertname: 'SeamwatchObjectiveNoData', severity: 'ticket', domain: 'chat', subject: 'silent' };
    expect(await suppressed([silent, { ...burn, severity: 'ticket', domain: 'all', subject: 'slow' }])).toEqual([]);
    const slow = { ...burn, severity: 'ticket', domain: 'media', subject: 'slow-media' };
    expect(await suppressed([slow, { ...page, domain: 'all', subject: 'uptime' }])).toEqual([]);
    const cause = { ...page, domain: 'search', subject: 'search' };
    const echoes = [
      { ...page, domain: 'all', subject: 'uptime' },
      { ...burn, severity: 'ticket', domain: 'search', subject: 'search-ticket' },
    ];
    const held = await suppressed([cause, ...echoes, { ...page, domain: 'feed', subject: 'feed' }]);
    expect([...held].sort()).toEqual(['search-ticket', 'uptime']);
  }, 130_000);
});
