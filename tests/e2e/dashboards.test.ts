/** A real Prometheus scrapes a live demo, and every query of every dashboard returns data. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DashboardQuery, fillVariables, queriesOf } from '../../dashboards/index.ts';
import { root } from '../source-files.ts';
import { missingTool, requireTool } from '../tools.ts';
import { type Running, startProgram, startScript, temporaryFolder, until } from './running.ts';

const prometheus = requireTool('prometheus');
const folder = temporaryFolder();
const running: Running[] = [];
const generated = join(root, 'dashboards/generated');
let targets: Readonly<Record<string, string>> = {};
let ask: (expr: string) => Promise<Answer>;

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data?: { readonly result: readonly { readonly value: readonly [number, string] }[] };
}

/** Families that a healthy demo does not have, and why. One that is on a page after all must answer. */
const silent: readonly { readonly family: string; readonly label: string; readonly why: string }[] = [
  { family: 'event_dead_letter_total', label: '', why: 'no event is given up' },
  { family: 'seam_export_dropped_total', label: '', why: 'nothing is dropped while the control plane takes it' },
  { family: 'seamwatch_intake_rejected_total', label: '', why: 'nothing malformed is sent' },
  { family: 'seamwatch_notifications_queued', label: '', why: 'no sink is configured' },
  { family: 'seamwatch_notifications_total', label: '', why: 'no sink is configured' },
  { family: 'seamwatch_trigger_value', label: 'trigger="P5"', why: 'no day has enough minutes for its contrast' },
];

/** As Grafana would fill them: a domain that consumes events and one that publishes some, an objective, several scrapes. */
const choices = ['feed', 'posts'].map((domain) => ({
  ...{ job: '.+', instance: '.+', domain, objective: 'api-latency' },
  ...{ __rate_interval: '30s', __range: '5m' },
}));

beforeAll(async () => {
  if (prometheus === null) return;
  const ports = ['--port', '0', '--otlp-port', '0', '--campus-port', '0'];
  const demo = startScript(['src/cli/main.ts', 'demo', ...ports, '--data', join(folder.path, 'demo')]);
  running.push(demo);
  const addressOf = async (form: RegExp): Promise<string> =>
    new URL((await demo.says(form, 120_000)).replace(/^.*?http/, 'http')).host;
  targets = { seamwatch: await addressOf(/Console +http\S+/), campus: await addressOf(/monolith +http\S+/) };
  const port = await freePort();
  running.push(startProgram(prometheus, prometheusFlags(targets, port)));
  ask = async (expr) => {
    const body = new URLSearchParams({ query: expr });
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/query`, { method: 'POST', body }).catch(() => null);
    return answer === null || answer.status === 503 ? { status: 'not ready' } : ((await answer.json()) as Answer);
  };
  await demo.says(/Simulated history is in/, 300_000);
  const answers = async (expr: string): Promise<true | null> => ((await ask(expr)).data?.result.length ? true : null);
  const story = (): string => `nothing to ask about: ${demo.printed().slice(-500)}`;
  await until(() => answers('seamwatch_burn_rate{window="1h"}'), 120_000, story);
  await until(
    () => answers('rate(notification_delivery_duration_seconds_count{channel="push"}[30s]) > 0'),
    60_000,
    story,
  );
}, 480_000);

afterAll(async () => {
  for (const one of running.reverse()) await one.kill('SIGTERM');
  folder.remove();
});

describe.skipIf(prometheus === null)(
  `every query of a dashboard${prometheus === null ? ` (skipped: ${missingTool('prometheus')})` : ''}`,
  () => {
    it.each(readdirSync(generated))(
      'answers with numbers in %s',
      async (file) => {
        const queries = queriesOf(readFileSync(join(generated, file), 'utf8'));
        expect(queries.length).toBeGreaterThan(5);
        const mute = await until(
          async () => {
            const found = await withoutNumber(queries);
            return found.length === 0 ? found : null;
          },
          90_000,
          () => 'queries stay without an answer',
        ).catch(() => withoutNumber(queries));
        expect(mute).toEqual([]);
      },
      120_000,
    );
  },
);

/** `panel refId: expression` of each query that fails, or has no finite number though it should. */
async function withoutNumber(queries: readonly DashboardQuery[]): Promise<string[]> {
  const samples = await readPages();
  const found: string[] = [];
  for (const { panel, refId, expr } of queries) {
    const answers = await Promise.all(choices.map((values) => ask(fillVariables(expr, values))));
    const failed = answers.find(({ status }) => status !== 'success');
    const hasNumber = answers.some(({ data }) => data?.result.some(({ value }) => Number.isFinite(Number(value[1]))));
    if (failed !== undefined) found.push(`${panel} ${refId}: ${failed.error ?? failed.status}: ${expr}`);
    else if (!hasNumber && !mayBeSilent(expr, samples)) found.push(`${panel} ${refId}: no data: ${expr}`);
  }
  return found;
}

function mayBeSilent(expr: string, samples: readonly string[]): boolean {
  return silent.some(({ family, label }) => {
    const isOnPage = samples.some((line) => line.startsWith(family) && line.includes(label));
    return expr.includes(`${family}{`) && expr.includes(label) && !isOnPage;
  });
}

async function readPages(): Promise<readonly string[]> {
  const texts = Object.values(targets).map(async (host) => (await fetch(`http://${host}/metrics`)).text());
  return (await Promise.all(texts)).flatMap((text) => text.split('\n'));
}

function prometheusFlags(targets: Readonly<Record<string, string>>, port: number): string[] {
  const jobs = Object.entries(targets).map(
    ([name, host]) => `  - { job_name: ${name}, static_configs: [ { targets: ['${host}'] } ] }`,
  );
  const config = join(folder.path, 'prometheus.yml');
  const data = join(folder.path, 'tsdb');
  mkdirSync(data, { recursive: true });
  writeFileSync(config, `global: { scrape_interval: 2s }\nscrape_configs:\n${jobs.join('\n')}\n`);
  return [`--config.file=${config}`, `--storage.tsdb.path=${data}`, `--web.listen-address=127.0.0.1:${port}`];
}

/** Prometheus cannot take port 0 and say which it got. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
