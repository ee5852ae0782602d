/** The probes of the profile against the reference monolith itself. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { startTestCampus } from '../examples/campus/campus-for-tests.ts';
import { loadProfile } from '../src/domains/index.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { systemRandomBytes } from '../src/kernel/ids.ts';
import { parseProbes, runProbe } from './index.ts';

const tools = {
  clock: systemClock,
  randomBytes: systemRandomBytes,
  network: {},
  version: 'test',
  signal: new AbortController().signal,
};

async function startCampus() {
  const campus = await startTestCampus({ faults: true });
  onTestFinished(() => campus.close());
  const probes = parseProbes(loadProfile('campus-connect').probes, 'probes.yaml', campus.url);
  const probeOf = (id: string) => {
    const found = probes.find((probe) => probe.id === id);
    if (found === undefined) throw new RangeError(`no probe ${id}`);
    return found;
  };
  return { campus, probes, probeOf };
}

describe('the probes of Campus Connect', () => {
  it('all go well against the running app, and leave neither message nor post behind', async () => {
    const { campus, probes } = await startCampus();
    for (const probe of probes) {
      const run = await runProbe(probe, tools);
      expect(run.steps.filter(({ state }) => state !== 'ok')).toEqual([]);
      expect({ id: probe.id, ok: run.ok, reason: run.reason }).toEqual({ id: probe.id, ok: true, reason: null });
    }
    const posts = await campus.call('GET', '/api/search?q=probe&kind=post');
    expect(posts.body).toMatchObject({ items: [] });
    const conversation = await campus.call('GET', '/api/chat/conversations/1', { userId: 11 });
    expect(conversation.body).toMatchObject({ messages: [{ content: null }] });
    const inbox = await campus.call('GET', '/api/notifications', { userId: 12 });
    expect(inbox.body).toMatchObject({ unread: 0 });
  });
});
