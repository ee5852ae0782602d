/** Serves a collector in a process of its own, to be killed by a test; prints its port. Argument: the database file. */
import { createServer } from 'node:http';
import { systemClock } from '../../src/kernel/clock.ts';
import { createLog } from '../../src/kernel/log.ts';
import { openCollector } from './collector.ts';

const collector = await openCollector({
  file: process.argv[2] ?? '',
  clock: systemClock,
  log: createLog('warn'),
  mapping: [],
  migrations: [],
});
const server = createServer((request, response) => collector.handle(request, response, { mayBackfill: false }));
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`);
});
