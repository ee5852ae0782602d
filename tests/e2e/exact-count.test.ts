/** Objectives agree with an independent count of the same requests, to the last one, also across a kill -9 of the control plane. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ObjectiveAnswer, StatusAnswer, TraceSummary } from '../../src/contract/index.ts';
import { data, type Running, startScript, temporaryFolder, until } from './running.ts';

const folder = temporaryFolder();
let plane: Running;
let campus: Running;
let url: string;
let app: string;
/** What the client itself saw, by route family. */
const seen = { all: 0, search: 0, feed: 0, rejected: 0, failed: 0 };

const servePlane = async (port: string): Promise<void> => {
  plane = startScript(['src/cli/main.ts', 'serve', '--port', port, '--otlp-port', '0', '--data', folder.path]);
  url = (await plane.says(/Console: (http\S+)/)).replace('Console: ', '');
};

beforeAll(async () => {
  await servePlane('0');
  campus = startScript(['examples/campus/main.ts', '--port', '0', '--endpoint', url, '--no-traffic', '--faults']);
  app = await campus.says(/http:\/\/127\.0\.0\.1:\d+/);
}, 90_000);

afterAll(async () => {
  await campus.kill('SIGTERM');
  await plane.kill('SIGTERM');
  folder.remove();
});

async function call(family: 'search' | 'feed' | 'other', path: string, init?: RequestInit): Promise<void> {
  const answer = await fetch(`${app}${path}`, init);
  await answer.arrayBuffer();
  seen.all += 1;
  if (family !== 'other') seen[family] += 1;
  if (answer.status >= 500) seen.failed += 1;
  else if (answer.status >= 400) seen.rejected += 1;
}

/** 200 requests, ten at a time: feeds, searches, comments, unknown posts. */
async function drive(): Promise<void> {
  const json = { 'content-type': 'application/json', 'x-user-id': '2' };
  const kinds = [
    () => call('feed', '/api/feed'),
    () => call('search', '/api/search?q=maths'),
    () => call('other', '/api/posts/1/comments', { method: 'POST', headers: json, body: '{"content":"counted"}' }),
    () => call('other', '/api/posts/999999/likes', { method: 'POST', headers: json, body: '{}' }),
  ];
  for (let round = 0; round < 20; round += 1) {
    await Promise.all(Array.from({ length: 10 }, (_, index) => kinds[(round + index) % kinds.length]?.()));
  }
}

/** The objective once its total has reached `total`. */
const reaches = (id: string, total: number): Promise<ObjectiveAnswer> =>
  until(
    async () =>
      (await data<ObjectiveAnswer[]>(`${url}/api/v1/objectives`)).find((one) => one.id === id && one.total >= total),
    90_000,
    () => `${id} does not reach ${total}: ${plane.printed()}`,
  );

async function expectAgreement(): Promise<void> {
  const all = await reaches('error-rate', seen.all);
  expect({ good: all.good, total: all.total }).toEqual({ good: seen.all - seen.failed, total: seen.all });
  expect((await reaches('api-latency', seen.all)).total).toBe(seen.all);
  expect((await reaches('search-latency', seen.search)).total).toBe(seen.search);
  expect((await reaches('feed-load', seen.feed)).total).toBe(seen.feed);
}

describe('counts', () => {
  it('agree with the client to the last request, although spans of the same requests arrive too', async () => {
    await drive();
    await expectAgreement();
    const { spans } = (await data<StatusAnswer>(`${url}/api/v1/status`)).intake;
    expect(spans).toBeGreaterThan(seen.all);
    expect(seen.rejected).toBe(50);
  }, 120_000);

  it('agree after the control plane was killed under traffic and started again', async () => {
    const port = new URL(url).port;
    const driving = drive();
    await plane.kill('SIGKILL');
    await driving;
    await servePlane(port);
    await drive();
    await expectAgreement();
  }, 150_000);

  it('count failures as bad and rejections as not bad', async () => {
    const fault = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"domain":"search","errorRate":1,"seconds":60}',
    };
    expect((await fetch(`${app}/faults`, fault)).ok).toBe(true);
    for (let index = 0; index < 10; index += 1) await call('search', '/api/search?q=maths');
    expect((await fetch(`${app}/faults`, { method: 'DELETE' })).ok).toBe(true);
    expect(seen.failed).toBe(10);
    await expectAgreement();
    const search = await reaches('search-latency', seen.search);
    expect(search.total - search.good).toBeGreaterThanOrEqual(10);
    const failed = await data<TraceSummary[]>(`${url}/api/v1/traces?domain=search&error=true&limit=20`);
    expect(failed.length).toBe(10);
  }, 120_000);
});
