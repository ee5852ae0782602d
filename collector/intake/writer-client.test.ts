/** When the writer thread dies, whoever waits is told, and whoever comes later too. */
import { expect, test } from 'vitest';
import { fakeClock } from '../../src/kernel/clock.ts';
import type { Log } from '../../src/kernel/log.ts';
import { defaultRetention } from './options.ts';
import { defaultLimits } from './section.ts';
import { WriterClient } from './writer-client.ts';
import type { WriterReply } from './writer-messages.ts';

const setup = { file: '', migrations: [], mapping: [], limits: defaultLimits, retention: defaultRetention, nowMs: 0 };

test('pending and later requests are answered with UNAVAILABLE, the log says why, and close does not hang', async () => {
  const errors: string[] = [];
  const log: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: (_, message) => errors.push(message) };
  const client = new WriterClient(setup, fakeClock(0), log, new URL('./crashing-worker.ts', import.meta.url));
  await client.opened();
  const write = (): Promise<WriterReply> => new Promise((resolve) => client.write([], resolve));
  const replies = [await write(), await write()];
  for (const { failure } of replies) {
    expect(failure?.code).toBe('UNAVAILABLE');
    expect(failure?.message).toContain('the ground opened');
    expect(failure?.message).toContain('restart seamwatch');
  }
  expect(errors).toHaveLength(1);
  await client.close();
});
