/**
 * Serves a collector in a process of its own, to be killed by a test; prints its port. Arguments: the database file, ms between two rounds
 * of housekeeping. Header `x-backfill` gives a request the right to back-fill; `/failure` says why nothing can be stored, `/spans` how many
 * spans are stored, `/trace/{id}` how many of a trace.
 */
import { createServer } from 'node:http';
import { systemClock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { openCollector } from './collector.ts';

const [, , file = '', housekeepingMs = '1000'] = process.argv;
const collector = await openCollector({
  file,
  clock: systemClock,
  log: silentLog,
  mapping: [],
  migrations: [],
  housekeepingMs: Number(housekeepingMs),
});
const server = createServer((request, response) => {
  if (request.url === '/failure') {
    response.end(collector.failure() ?? '');
    return;
  }
  if (request.url === '/spans') {
    response.end(String(collector.reader.storage().spans));
    return;
  }
  if (request.url?.startsWith('/trace/') === true) {
    response.end(String(collector.reader.trace(request.url.slice(7))?.spanCount ?? 0));
    return;
  }
  collector.handle(request, response, { mayBackfill: request.headers['x-backfill'] !== undefined });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`);
});
