/** Faults inside a domain's calls. */
import { expect, test } from 'vitest';
import { startTestCampus } from '../campus-for-tests.ts';
import { createFaults } from './faults.ts';

function testFaults() {
  let ms = 1_000;
  const faults = createFaults({ clock: { nowMs: () => ms, monotonicMs: () => ms }, random: () => 0.5 });
  const service = faults.guard('search', { query: async () => 'found', size: () => 3 });
  return { faults, service, advance: (by: number) => (ms += by) };
}

test('without a fault every call goes through', async () => {
  const { service } = testFaults();
  expect([await service.query(), service.size()]).toEqual(['found', 3]);
});

test('errorRate 0.6 fails where the dice say 0.5, errorRate 0.5 does not', async () => {
  const { faults, service } = testFaults();
  faults.add({ domain: 'search', errorRate: 0.6 });
  await expect(service.query()).rejects.toMatchObject({ status: 500, message: /injected fault in search/ });
  expect(() => service.size()).toThrow(/injected/);
  faults.add({ domain: 'search', errorRate: 0.5 });
  expect(await service.query()).toBe('found');
});

test('a fault on one operation leaves the others alone, and ends after its seconds', async () => {
  const { faults, service, advance } = testFaults();
  faults.add({ domain: 'search', operation: 'query', errorRate: 1, seconds: 10 });
  expect(service.size()).toBe(3);
  advance(9_999);
  await expect(service.query()).rejects.toThrow();
  advance(1);
  expect(await service.query()).toBe('found');
  expect(faults.list()).toEqual([]);
});

test('a stall holds the whole loop for its time', async () => {
  const { faults, service } = testFaults();
  faults.add({ domain: 'search', stallMs: 60 });
  const startMs = performance.now();
  const size = service.size();
  expect(size).toBe(3);
  expect(performance.now() - startMs).toBeGreaterThanOrEqual(59);
});

test('what does not exist is refused with what does', () => {
  const { faults } = testFaults();
  expect(() => faults.add({ domain: 'serch', latencyMs: 1 })).toThrow(
    'there is no domain "serch"; the domains are search',
  );
  expect(() => faults.add({ domain: 'search', operation: 'find', latencyMs: 1 })).toThrow(
    'domain search has no operation "find"; its operations are query, size',
  );
  expect(() => faults.add({ domain: 'search' })).toThrow('this fault does nothing');
});

test('over HTTP a fault is set, listed and cleared, and one that is out of range is refused', async () => {
  const campus = await startTestCampus({ faults: true });
  const added = await campus.call('POST', '/faults', { body: { domain: 'users', latencyMs: 1, seconds: 30 } });
  expect(added).toMatchObject({ status: 201, body: { id: 'users', latencyMs: 1 } });
  expect((await campus.call('GET', '/faults')).body.items).toHaveLength(1);
  const stall = await campus.call('POST', '/faults', { body: { domain: 'users', stallMs: 2_001 } });
  expect(stall).toMatchObject({ status: 400, body: { error: { message: expect.stringMatching(/^stallMs: /) } } });
  expect((await campus.call('DELETE', '/faults')).body).toEqual({ cleared: 1 });
  expect((await campus.call('GET', '/faults')).body.items).toEqual([]);
  await campus.close();
});
