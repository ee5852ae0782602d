/** One fault in one domain, seen by several objectives and a probe, is one incident: one trigger, one resolve, whatever restarts. */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPagerDutyReceiver } from '../../alerts/pagerduty-fixture.ts';
import type { AlertAnswer, ObjectiveAnswer, ProbeAnswer } from '../../src/contract/index.ts';
import { missingTool, requireTool } from '../tools.ts';
import { data, type Running, startProgram, startScript, temporaryFolder, until } from './running.ts';

const alertmanager = requireTool('prometheus-alertmanager');
const folder = temporaryFolder();
const routingKey = '0123456789abcdef0123456789abcdef';
let receiver: Awaited<ReturnType<typeof startPagerDutyReceiver>>;
let control: Running;
let campus: Running;
let others: Running | null = null;
let url = '';
let campusUrl = '';
let alertmanagerUrl = '';

/** The documented objectives on short windows, so that the story takes minutes; and a probe that looks every 2 s. */
function configuration(): string {
  const shortPage = 'over: 30s, minEvents: 20';
  const latency = (id: string, where: string, atMost: string, pageAt: string) => `
  - id: ${id}
    sentence: ${id} on a short window
    source: test
    ${id === 'search-latency' ? 'domain: search' : ''}
    indicator: { kind: latency, signal: domain.request.duration, where: ${where}, share: 0.95, atMost: ${atMost}, source: metrics }
    window: [30d, { last: 30s, minEvents: 20 }]
    page: { atMost: ${pageAt}, ${shortPage} }`;
  return `
target: ${campusUrl}
policies:
  - id: google-30d
    source: test
    window: 30d
    pairs: [{ long: 2m, short: 30s, factor: 14.4, severity: page, minFailures: 3 }]
objectives:${latency('api-latency', '{ entry: true }', '200ms', '500ms')}${latency('search-latency', '{ domain: search, entry: true }', '100ms', '500ms')}
  - id: error-rate
    sentence: Error rate < 0.1 %, alert > 1 %
    source: test
    indicator: { kind: errors, signal: domain.request.duration, where: { entry: true }, target: 0.999, source: metrics }
    window: [30d, { last: 30s, minEvents: 20, minFailures: 3 }]
    page: { above: 0.01, ${shortPage}, minFailures: 3 }
probes:
  - { id: search-answers, title: Search answers, kind: http, domain: search, url: /api/search?q=maths, every: 2s, timeout: 2s, expect: { status: 200 } }
alerts:
  sinks:
    - { id: oncall, kind: pagerduty, routingKey: "${routingKey}", endpoint: "${receiver.url}" }
${alertmanager === null ? '' : `    - { id: am, kind: alertmanager, url: "${alertmanagerUrl}" }`}
`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function startControl(port: number): Promise<void> {
  const flags = ['--config', join(folder.path, 'seamwatch.yaml'), '--data', join(folder.path, 'data')];
  control = startScript(['src/cli/main.ts', 'serve', '--port', String(port), '--otlp-port', '0', ...flags]);
  url = (await control.says(/Console: (http\S+)/)).replace('Console: ', '');
}

const alerts = () => data<AlertAnswer[]>(`${url}/api/v1/alerts`);
const story = () => `${control.printed().slice(-1500)}\n${JSON.stringify(receiver.events).slice(0, 1500)}`;
const firingIn = async (domain: string | null) =>
  (await alerts()).filter((one) => one.state === 'firing' && one.domain === domain).map((one) => one.rule);

/** Five searches and five feeds at once, failures included. */
async function load(): Promise<void> {
  const paths = [...Array(5).fill('/api/search?q=maths'), ...Array(5).fill('/api/feed')];
  await Promise.all(paths.map(async (path) => (await fetch(`${campusUrl}${path}`)).arrayBuffer()));
}

beforeAll(async () => {
  receiver = await startPagerDutyReceiver();
  const [controlPort, campusPort, amPort] = [await freePort(), await freePort(), await freePort()];
  campusUrl = `http://127.0.0.1:${campusPort}`;
  if (alertmanager !== null) {
    alertmanagerUrl = `http://127.0.0.1:${amPort}`;
    const file = join(folder.path, 'alertmanager.yml');
    writeFileSync(file, 'route: { receiver: none }\nreceivers: [{ name: none }]\n');
    const storage = `--storage.path=${join(folder.path, 'am')}`;
    const listen = `--web.listen-address=127.0.0.1:${amPort}`;
    others = startProgram(alertmanager, [`--config.file=${file}`, storage, listen, '--cluster.listen-address=']);
    await others.says(/Listening on|Completed loading/);
  }
  writeFileSync(join(folder.path, 'seamwatch.yaml'), configuration());
  await startControl(controlPort);
  const flags = ['--port', String(campusPort), '--endpoint', url, '--faults'];
  campus = startScript(['examples/campus/main.ts', ...flags]);
  await campus.says(/http:\/\/127/);
}, 90_000);

afterAll(async () => {
  await campus.kill('SIGTERM');
  await control.kill('SIGTERM');
  await others?.kill('SIGTERM');
  await receiver.close();
  folder.remove();
});

describe('a fault in search', () => {
  it('is one trigger, though four rules of search and of all domains and a probe see it', async () => {
    await until(
      async () => {
        await load();
        const objectives = await data<ObjectiveAnswer[]>(`${url}/api/v1/objectives`);
        const isKnown = ['search-latency', 'api-latency', 'error-rate'].every(
          (id) => objectives.find((one) => one.id === id)?.page?.state === 'ok',
        );
        const probe = (await data<ProbeAnswer[]>(`${url}/api/v1/probes`)).find((one) => one.id === 'search-answers');
        return isKnown && probe?.state === 'up' ? true : null;
      },
      90_000,
      story,
    );
    expect(receiver.events).toEqual([]);
    const fault = { domain: 'search', latencyMs: 900, errorRate: 0.7, seconds: 900 };
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(`${campusUrl}/faults`, { method: 'POST', headers, body: JSON.stringify(fault) })).ok).toBe(
      true,
    );
    await until(
      async () => {
        await load();
        const own = await firingIn('search');
        const wide = (await alerts()).filter((one) => one.domain === null && one.state === 'firing');
        const wanted = ['objective-page:search-latency', 'objective-burn:error-rate-per-service:search:page'];
        const isSeen = [...wanted, 'probe:search-answers'].every((rule) => own.includes(rule));
        return isSeen && wide.length >= 2 ? wide : null;
      },
      120_000,
      story,
    );
    const wide = (await alerts()).filter((one) => one.domain === null && one.state === 'firing');
    for (const alert of wide)
      expect([alert.rule, alert.muted, alert.mutedBy]).toEqual([alert.rule, true, expect.any(String)]);
    await until(() => (receiver.events.length > 0 ? true : null), 20_000, story);
    expect(receiver.events.map((one) => one.event_action)).toEqual(['trigger']);
    const probe = (await data<ProbeAnswer[]>(`${url}/api/v1/probes`)).find((one) => one.id === 'search-answers');
    const traceId = probe?.failures[0]?.traceId ?? '';
    const found = await until(
      async () => {
        const answer = await fetch(`${url}/api/v1/traces/${traceId}`);
        return answer.ok ? ((await answer.json()) as { data: { domains: string[]; spans: unknown[] } }).data : null;
      },
      30_000,
      story,
    );
    expect(found.domains).toContain('search');
  }, 260_000);

  it.skipIf(alertmanager === null)(
    `fires in a real Alertmanager${alertmanager === null ? ` (skipped: ${missingTool('prometheus-alertmanager')})` : ''}`,
    async () => {
      const names = await until(
        async () => {
          const answer = await fetch(`${alertmanagerUrl}/api/v2/alerts`);
          const list = (await answer.json()) as { labels: Record<string, string> }[];
          return list.some((one) => one.labels.domain === 'search') ? list.map((one) => one.labels.domain) : null;
        },
        30_000,
        story,
      );
      expect(new Set(names)).toEqual(new Set(['search']));
    },
    40_000,
  );

  it('stays one incident over a kill -9 and a restart in between', async () => {
    const port = Number(new URL(url).port);
    await control.kill('SIGKILL');
    await startControl(port);
    await until(
      async () => {
        await load();
        return (await firingIn('search')).includes('probe:search-answers') ? true : null;
      },
      60_000,
      story,
    );
    expect(receiver.events.map((one) => one.event_action)).toEqual(['trigger']);
  }, 120_000);

  it('is one resolve after it clears, everywhere', async () => {
    expect((await fetch(`${campusUrl}/faults`, { method: 'DELETE' })).ok).toBe(true);
    await until(
      async () => {
        await load();
        return receiver.events.some((one) => one.event_action === 'resolve') ? true : null;
      },
      300_000,
      story,
    );
    expect(receiver.events.map((one) => one.event_action)).toEqual(['trigger', 'resolve']);
    expect(receiver.events[1]?.dedup_key).toBe(receiver.events[0]?.dedup_key);
    if (alertmanager !== null) {
      await until(
        async () => {
          const answer = await fetch(`${alertmanagerUrl}/api/v2/alerts?active=true`);
          return ((await answer.json()) as unknown[]).length === 0 ? true : null;
        },
        30_000,
        story,
      );
    }
    const closed = await until(
      async () => {
        const found = (await alerts()).find((one) => one.rule === 'objective-page:search-latency');
        return found?.notifications.some((one) => one.action === 'resolve' && one.state === 'queued') ? null : found;
      },
      20_000,
      story,
    );
    expect(closed.state).toBe('resolved');
    expect(closed.notifications.map((one) => `${one.sink} ${one.action} ${one.state}`)).toEqual(
      expect.arrayContaining(['oncall trigger sent', 'oncall resolve sent']),
    );
  }, 340_000);
});
