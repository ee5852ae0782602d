/** One of the two pipelines in a process of its own, so that its CPU and memory are its own. Arguments: product or naive, folder. */
import { createServer } from 'node:http';
import { join } from 'node:path';
import { openCollector } from '../collector/index.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { createLog } from '../src/kernel/log.ts';
import { startNaiveIntake } from './naive-intake.ts';

const [kind = 'product', folder = '.'] = process.argv.slice(2);
const file = join(folder, `${kind}.db`);

const collector =
  kind === 'product'
    ? await openCollector({ file, clock: systemClock, log: createLog('warn'), mapping: [], migrations: [] })
    : startNaiveIntake(file);
const server = createServer((request, response) => collector.handle(request, response, { mayBackfill: false }));
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : 0 });
});
let before = process.cpuUsage();
process.on('message', (question: { ask: string }) => {
  if (question.ask === 'reset') before = process.cpuUsage();
  else {
    const { user, system } = process.cpuUsage(before);
    process.send?.({ cpuSeconds: (user + system) / 1e6, rssBytes: process.memoryUsage.rss() });
  }
});
process.on('disconnect', () => process.exit(0));
