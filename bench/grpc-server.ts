/** One of the two pipelines behind OTLP/gRPC, in a process of its own. Arguments: product or naive, folder. */
import { join } from 'node:path';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { createGrpcIntake, openCollector } from '../collector/index.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { createLog } from '../src/kernel/log.ts';
import { startNaiveIntake } from './naive-intake.ts';

const [kind = 'product', folder = '.'] = process.argv.slice(2);
const file = join(folder, `${kind}.db`);
const path = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const log = createLog('warn');

async function listenProduct(): Promise<number> {
  const collector = await openCollector({ file, clock: systemClock, log, mapping: [], migrations: [] });
  const { receive, hold, countRefused, limits, failure } = collector;
  const authorize = () => ({ mayBackfill: false });
  const intake = createGrpcIntake({ receive, hold, countRefused, limits, failure, authorize, clock: systemClock, log });
  return intake.listen('127.0.0.1', 0);
}

function listenNaive(): Promise<number> {
  const { storeSpans } = startNaiveIntake(file);
  const server = new Server({ 'grpc.max_receive_message_length': 67_108_864 });
  const same = (message: Buffer): Buffer => message;
  server.register<Buffer, Buffer>(
    path,
    (call: { readonly request: Buffer }, answer: (error: null, reply: Buffer) => void) => {
      storeSpans(call.request);
      answer(null, Buffer.alloc(0));
    },
    same,
    same,
    'unary',
  );
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve(port);
      else reject(error);
    });
  });
}

process.send?.({ port: await (kind === 'product' ? listenProduct() : listenNaive()) });
let before = process.cpuUsage();
process.on('message', (question: { ask: string }) => {
  if (question.ask === 'reset') before = process.cpuUsage();
  else {
    const { user, system } = process.cpuUsage(before);
    process.send?.({ cpuSeconds: (user + system) / 1e6, rssBytes: process.memoryUsage.rss() });
  }
});
process.on('disconnect', () => process.exit(0));
