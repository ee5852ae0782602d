/** The example workflow and the action, step by step on this machine: what a pull request would show. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCollector } from '../../collector/index.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { durationBoundsSeconds, metric } from '../../src/kernel/conventions.ts';
import { dayMs } from '../../src/kernel/duration.ts';
import { bucketIndexOf } from '../../src/kernel/histogram.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { temporaryFolder } from '../e2e/running.ts';
import { root } from '../source-files.ts';
import { type Job, readYaml, runWorkflow, type Step, type StepResult } from './workflow-runner.ts';

const workflow = join(root, 'examples/ci/extraction-readiness.yml');
const temporary = temporaryFolder();
const workspace = join(temporary.path, "the monolith's checkout $(touch pwned)");

/** In-app notices that took 6.4 s, 200 on each of the last 14 closed days: above the 5 s of P1; coupled with one domain. */
async function makeDatabase(file: string): Promise<void> {
  const collector = await openCollector({ file, clock: systemClock, log: silentLog, mapping: [], migrations: [] });
  const server = createServer((request, response) => collector.handle(request, response, { mayBackfill: true }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/metrics`;
  const today = Math.floor(Date.now() / dayMs) * dayMs;
  const days = Array.from({ length: 14 }, (_, index) => today - (index + 1) * dayMs + dayMs / 2);
  const histogram = (name: string, seconds: number, count: number, labels: Readonly<Record<string, string>>) => {
    const dataPoints = days.map((endMs) => pointOf(endMs, seconds, count, labels));
    return { name, histogram: { aggregationTemporality: 1, dataPoints } };
  };
  const entry = { 'seam.operation': 'GET /api/notifications', entry: 'true', outcome: 'ok' };
  const metrics = [
    histogram(metric.notificationDelivery, 6.4, 200, { 'seam.domain': 'notifications', channel: 'in_app' }),
    histogram(metric.requestDuration, 0.02, 500, { 'seam.domain': 'notifications', ...entry }),
    histogram(metric.callDuration, 0.01, 300, { from: 'notifications', to: 'users', mode: 'sync', in_tx: 'false' }),
  ];
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'campus' } }] };
  const body = JSON.stringify({ resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] });
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  expect([answer.status, await answer.text()]).toEqual([200, '{}']);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await collector.close();
}

function pointOf(endMs: number, seconds: number, count: number, labels: Readonly<Record<string, string>>): object {
  const counts = new Array<number>(durationBoundsSeconds.length + 1).fill(0);
  counts[bucketIndexOf(durationBoundsSeconds, seconds)] = count;
  return {
    attributes: Object.entries(labels).map(([key, value]) => ({ key, value: { stringValue: value } })),
    startTimeUnixNano: `${endMs - 10_000}000000`,
    timeUnixNano: `${endMs}000000`,
    count: String(count),
    sum: seconds * count,
    bucketCounts: counts.map(String),
    explicitBounds: durationBoundsSeconds,
  };
}

const facts = (engineers: number): string => {
  const row = (value: string) =>
    `{ value: ${value}, source: test, owner: cto, asOf: ${isoDay(-30)}, expiresAt: ${isoDay(60)} }`;
  return `facts:\n  engineers: ${row(String(engineers))}\n  improvementsDone: ${row('true')}\n  gpuInference: ${row('false')}\n`;
};

function isoDay(days: number): string {
  return new Date(Date.now() + days * dayMs).toISOString().slice(0, 10);
}

beforeAll(async () => {
  mkdirSync(join(workspace, '.seamwatch'), { recursive: true });
  await makeDatabase(join(temporary.path, 'live.db'));
  const db = new Database(join(temporary.path, 'live.db'), { readonly: true });
  db.prepare('VACUUM INTO ?').run(join(temporary.path, 'copy.db'));
  db.close();
  copyFileSync(join(temporary.path, 'copy.db'), join(workspace, '.seamwatch/seamwatch.db'));
  writeFileSync(join(workspace, 'seamwatch.yaml'), facts(14));
});
afterAll(() => temporary.remove());

const job = (more: Partial<Job> = {}): Job => ({
  workspace,
  temporary: temporary.path,
  actions: { 'YOUR-ORG/seamwatch': root },
  ...more,
});

const stepOf = (results: readonly StepResult[], name: string): StepResult => {
  const found = results.find((result) => result.name === name);
  if (found === undefined) throw new Error(`no step ${name} among ${results.map((result) => result.name).join(', ')}`);
  return found;
};

/** A workflow of one step that uses the action. */
function workflowWith(inputs: Readonly<Record<string, string>>): string {
  const file = join(temporary.path, 'one-step.yml');
  const step = { id: 'readiness', uses: 'YOUR-ORG/seamwatch@main', with: inputs };
  writeFileSync(file, JSON.stringify({ jobs: { one: { steps: [step] } } }));
  return file;
}

const reportOf = async (inputs: Readonly<Record<string, string>>, more: Partial<Job> = {}): Promise<StepResult> =>
  stepOf(await runWorkflow(workflowWith(inputs), job(more)), 'Report');

describe('the example workflow', () => {
  it('puts the fired trigger on the pull request and stops it until somebody decides', async () => {
    const results = await runWorkflow(workflow, job());
    expect(results.filter(({ skipped }) => skipped !== null).map(({ skipped }) => skipped)).toEqual([
      'uses actions/checkout@v5',
      'uses actions/setup-node@v5',
      'uses actions/cache/restore@v4',
    ]);
    const { code, summary, printed } = stepOf(results, 'Report');
    console.log(`\n--- the job summary ---\n${summary.slice(0, 2_400)}…\n--- the annotations ---\n${printed}`);
    expect(code).toBe(4);
    expect(summary).toMatch(/^# Extraction readiness\n/);
    expect(summary).toContain('## Exit 4: a decision is required');
    expect(summary).toMatch(/\| notifications \| P1 fired, [\d.]+ s > 5 s, 14 of 14 days \|/);
    expect(summary).toMatch(/## Notifications[^\n]*: EXTRACT_CANDIDATE/);
    expect(printed).toMatch(
      /^::error title=Extraction readiness%3A a decision is required::notifications: P1 has fired/m,
    );
    expect(printed).toMatch(/^::notice title=[^:\n]*%3A EXTRACT_CANDIDATE::/m);
    expect(stepOf(results, 'Say what the report reads').printed).toMatch(/^the restored database, \d+ bytes/);
    expect(stepOf(results, 'List the verdicts')).toMatchObject({
      code: 0,
      printed: expect.stringContaining('notifications: EXTRACT_CANDIDATE'),
    });
  });

  it('asks for nothing beyond reading the repository, and pins nothing that does not exist here', () => {
    const text = readFileSync(workflow, 'utf8');
    expect(readYaml<{ permissions: object }>(workflow).permissions).toEqual({ contents: 'read' });
    expect(text).not.toContain('pull_request_target');
  });
});

describe('the action', () => {
  it('writes no expression into a script, so that no input can run', () => {
    const { steps } = readYaml<{ runs: { steps: readonly Step[] } }>(join(root, 'action.yml')).runs;
    const example = Object.values(readYaml<{ jobs: Record<string, { steps: readonly Step[] }> }>(workflow).jobs);
    const scripts = [...steps, ...example.flatMap((one) => one.steps)].flatMap(({ run }) =>
      run === undefined ? [] : [run],
    );
    expect(scripts.length).toBe(4);
    expect(scripts.filter((script) => script.includes('${{'))).toEqual([]);
  });

  it('takes hostile inputs as text', async () => {
    const pwned = join(temporary.path, 'pwned');
    const hostile = `x\n::warning::injected\n"; touch ${pwned}; $(touch ${pwned}) \`touch ${pwned}\` '`;
    const report = await reportOf({ config: hostile, data: hostile, 'fail-on': hostile });
    expect(report).toMatchObject({ code: 2, summary: '' });
    expect(report.printed).toMatch(
      /^::error title=Extraction readiness%3A no report::--fail-on "x%0A::warning::injected%0A"; touch/m,
    );
    expect(report.printed).not.toMatch(/^::warning/m);
    expect(report.printed).toMatch(/^: :warning: :injected$/m);
    expect([existsSync(pwned), existsSync(join(workspace, 'pwned')), existsSync(join(root, 'pwned'))]).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('lets a step pass whose findings are not to fail it, and still shows them', async () => {
    const report = await reportOf({ 'fail-on': '' });
    expect(report.code).toBe(0);
    expect(report.printed).toMatch(/^::notice title=Extraction readiness%3A a decision is required::/m);
    expect(report.printed).not.toMatch(/^::(?:error|warning) title=Extraction/m);
    expect(report.summary).toContain('(not counted: --fail-on)');
  });

  it('reads configuration and data below another folder', async () => {
    const folder = join(workspace, 'ops');
    mkdirSync(join(folder, 'stored'), { recursive: true });
    copyFileSync(join(workspace, '.seamwatch/seamwatch.db'), join(folder, 'stored/seamwatch.db'));
    writeFileSync(join(folder, 'small.yaml'), facts(5));
    const report = await reportOf({ 'working-directory': 'ops', config: 'small.yaml', data: 'stored' });
    expect(report.summary).toMatch(/## Notifications[^\n]*: BLOCKED/);
  });

  it('says that there is nothing to judge when no database was restored, and fails', async () => {
    const report = await reportOf({ data: 'nowhere', 'fail-on': '' });
    expect(report.code).toBe(3);
    expect(report.printed).toMatch(
      /^::error title=Extraction readiness%3A no report::there is no database in [^\n]*nowhere; restore/m,
    );
  });

  it('prints another format into the log without speaking to the runner', async () => {
    const report = await reportOf({ format: 'markdown', 'fail-on': 'decision' });
    expect(report).toMatchObject({ code: 4, summary: '' });
    expect(report.printed).toMatch(/^::stop-commands::(seamwatch-\d+)\n# Extraction readiness\n[\s\S]*\n::\1::\n$/);
  });

  it('asks a running instance with the token, and says what to do when that is refused', async () => {
    const asked: (string | undefined)[] = [];
    await reportOf({});
    const stored = JSON.parse(readFileSync(join(temporary.path, 'extraction-readiness.json'), 'utf8')) as object;
    const server = createServer((request, response) => {
      asked.push(`${request.url} ${request.headers.authorization}`);
      const isKnown = request.headers.authorization === 'Bearer right';
      response.writeHead(isKnown ? 200 : 401, { 'content-type': 'application/json' });
      response.end(JSON.stringify(isKnown ? { data: stored, meta: {} } : { error: { message: 'no token' } }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const inside = (token: string): Partial<Job> => ({
      vars: { SEAMWATCH_URL: url },
      secrets: { SEAMWATCH_READ_TOKEN: token },
    });
    const shown = stepOf(await runWorkflow(workflow, job(inside('right'))), 'Report');
    const refused = stepOf(await runWorkflow(workflow, job(inside('wrong'))), 'Report');
    server.close();
    expect([shown.code, shown.summary.slice(0, 22)]).toEqual([4, '# Extraction readiness']);
    expect(refused.code).toBe(3);
    expect(refused.printed).toMatch(/^::error [^\n]*answered 401: no token; set SEAMWATCH_READ_TOKEN$/m);
    expect(asked).toEqual(['/api/v1/readiness Bearer right', '/api/v1/readiness Bearer wrong']);
    rmSync(join(temporary.path, 'extraction-readiness.json'), { force: true });
  });
});
