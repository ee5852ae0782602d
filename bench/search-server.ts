/** A collector in a process of its own that takes telemetry and, when it is told to, answers searches meanwhile. Argument: folder. */
import { createServer } from 'node:http';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openCollector, type TraceQuery } from '../collector/index.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { createLog } from '../src/kernel/log.ts';

/** Of the thread that receives, since the question before. */
export interface ReceivingThread {
  readonly bodies: number;
  readonly cpuMs: number;
  /** How late the loop came to its timers, ms. */
  readonly delayP99Ms: number;
  readonly searches: number;
  readonly searchesFailed: number;
}

const [folder = '.'] = process.argv.slice(2);
const file = join(folder, 'search.db');
const collector = await openCollector({
  file,
  clock: systemClock,
  log: createLog('warn'),
  mapping: [],
  migrations: [],
});
const server = createServer((request, response) => collector.handle(request, response, { mayBackfill: false }));
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : 0 });
});

const queries: readonly TraceQuery[] = [
  {},
  { minDurationMs: 1e9 },
  { attribute: { key: 'nobody', value: 'has this' } },
  { domain: 'feed', error: true },
];
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
let isSearching = false;
let [searches, searchesFailed] = [0, 0];
let before = { cpu: process.threadCpuUsage(), bodies: 0 };

/** Four at a time, so that one always waits for the reader's thread. */
async function search(): Promise<void> {
  for (let round = 0; isSearching; round += 1) {
    try {
      await collector.traces.search(queries[round % queries.length] ?? {});
      if (isSearching) searches += 1;
    } catch {
      searchesFailed += 1;
    }
  }
}

process.on('message', ({ ask }: { ask: 'reset' | 'search' | 'figures' }) => {
  if (ask === 'figures') {
    isSearching = false;
    const { user, system } = process.threadCpuUsage(before.cpu);
    const bodies = collector.stats().bodies - before.bodies;
    const delayP99Ms = delay.percentile(99) / 1e6;
    process.send?.({ bodies, cpuMs: (user + system) / 1e3, delayP99Ms, searches, searchesFailed });
    return;
  }
  before = { cpu: process.threadCpuUsage(), bodies: collector.stats().bodies };
  delay.reset();
  searches = 0;
  searchesFailed = 0;
  if (ask === 'search') {
    isSearching = true;
    for (let line = 0; line < 4; line += 1) void search();
  }
});
process.on('disconnect', () => process.exit(0));
