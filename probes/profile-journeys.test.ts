/** The probes of the profile against the reference monolith itself. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { startTestCollector } from '../collector/intake/test-collector.ts';
import type { CampusOptions } from '../examples/campus/campus.ts';
import { startTestCampus } from '../examples/campus/campus-for-tests.ts';
import { loadProfile } from '../src/domains/index.ts';
import { fakeClock, systemClock } from '../src/kernel/clock.ts';
import { systemRandomBytes } from '../src/kernel/ids.ts';
import { type ProbeRun, parseProbes, runProbe, runToOtlp } from './index.ts';

const tools = {
  clock: systemClock,
  randomBytes: systemRandomBytes,
  network: {},
  version: 'test',
  signal: new AbortController().signal,
};

async function startCampus(options: Partial<CampusOptions> = {}) {
  const campus = await startTestCampus({ faults: true, ...options });
  onTestFinished(() => campus.close());
  const probes = parseProbes(loadProfile('campus-connect').probes, 'probes.yaml', campus.url);
  const runOne = async (id: string): Promise<ProbeRun> => {
    const probe = probes.find((candidate) => candidate.id === id);
    if (probe === undefined) throw new RangeError(`no probe ${id}`);
    return runProbe(probe, tools);
  };
  return { campus, probes, runOne };
}

describe('the probes of Campus Connect', () => {
  it('all go well against the running app, and leave neither message nor post behind', async () => {
    const { campus, probes } = await startCampus();
    for (const probe of probes) {
      const run = await runProbe(probe, tools);
      expect({ id: probe.id, reason: run.reason, ok: run.ok }).toEqual({ id: probe.id, reason: null, ok: true });
      expect(run.steps.filter(({ state }) => state !== 'ok')).toEqual([]);
    }
    const posts = await campus.call('GET', '/api/search?q=probe&kind=post');
    expect(posts.body).toMatchObject({ items: [] });
    const conversation = await campus.call('GET', '/api/chat/conversations/1', { userId: 11 });
    expect(conversation.body).toMatchObject({ messages: [{ content: null }] });
    const inbox = await campus.call('GET', '/api/notifications', { userId: 12 });
    expect(inbox.body).toMatchObject({ unread: 0 });
  });

  it('fail in the step that a user would miss, with what the app said, and still delete the post', async () => {
    const { campus, runOne } = await startCampus();
    await campus.call('POST', '/faults', { body: { domain: 'search', operation: 'query', errorRate: 1 } });
    const search = await runOne('search');
    expect(search.reason).toMatch(/^status 5\d\d, expected 200: /);
    expect(await runOne('feed-home')).toMatchObject({ ok: true });
    await campus.call('POST', '/faults', { body: { domain: 'search', operation: 'query', latencyMs: 600 } });
    expect((await runOne('search')).reason).toMatch(/^took \d+ ms, more than 500 ms$/);
    await campus.call('DELETE', '/faults');
    await campus.call('POST', '/faults', { body: { domain: 'chat', operation: 'send', errorRate: 1 } });
    const chat = await runOne('chat-delivery');
    expect(chat).toMatchObject({ ok: false, failedStep: 'send' });
    expect(chat.steps.find(({ id }) => id === 'delivered')).toMatchObject({ state: 'skipped' });
  });

  it('lead from each step to what the app did for it, in one trace', async () => {
    const collector = await startTestCollector({}, undefined, fakeClock(systemClock.nowMs()));
    onTestFinished(() => collector.remove());
    const { campus, probes, runOne } = await startCampus({ endpoint: collector.url, exportIntervalMs: 600_000 });
    const run = await runOne('chat-delivery');
    expect(run).toMatchObject({ ok: true });
    await campus.close();
    const definition = probes.find(({ id }) => id === 'chat-delivery');
    if (definition === undefined) throw new RangeError('no probe');
    const { traces } = runToOtlp(run, definition, 'up');
    await collector.collector.receive({ telemetry: 'traces', body: traces });
    const found = collector.collector.reader.tracesByCorrelation(run.correlationId);
    expect(found.map(({ traceId }) => traceId)).toEqual([run.traceId]);
    const spans = found[0]?.spans ?? [];
    const send = run.steps.find(({ id }) => id === 'send');
    expect(spans.filter(({ parentSpanId }) => parentSpanId === send?.spanId).map(({ operation }) => operation)).toEqual(
      ['POST /api/chat/conversations/:id/send'],
    );
    // What the bus carried on: the notice was made in the same trace.
    expect(new Set(spans.map(({ domain }) => domain))).toContain('notifications');
  });
});
