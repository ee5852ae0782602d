/** Serves a collector that queues for the target `next`, in a process of its own, to be killed by a test; prints its port. Argument: the file. */
import { createServer } from 'node:http';
import { systemClock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { openCollector } from '../intake/collector.ts';

const collector = await openCollector({
  file: process.argv[2] ?? '',
  clock: systemClock,
  log: silentLog,
  mapping: [],
  migrations: [],
  forward: { targets: ['next'], maxBytes: 1e9, instanceId: 'killed' },
});
const server = createServer((request, response) => collector.handle(request, response, { mayBackfill: true }));
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`);
});
