/** Two control planes, the first of which passes everything on to the second; an app that sends in every way; a metrics page. */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { context, SpanKind, trace } from '@opentelemetry/api';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPTraceExporter as GrpcTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { SimpleSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { Counter, Registry } from 'prom-client';
import { buildConsole } from '../../src/cli/console-build.ts';
import type { World } from '../../src/cli/world.ts';
import type { StatusAnswer } from '../../src/contract/index.ts';
import { instrumentDomain, logFields, logStream, runWithCorrelation, start } from '../../src/instrument/index.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { root } from '../source-files.ts';
import { data, type Running, startScript, temporaryFolder } from './running.ts';

/** What was sent, so that it can be looked for. */
export const sent = {
  correlationId: 'streams-e2e-1',
  calls: 40,
  failed: 10,
  logText: 'the profile of user 7 is lost',
  httpCorrelationId: 'streams-e2e-http',
  httpLogText: 'paid 12 francs over HTTP',
  grpcCorrelationId: 'streams-e2e-grpc',
  ordersOnPage: 3,
} as const;

const world: World = {
  ...{ clock: systemClock, log: silentLog, env: {}, version: '', packageRoot: root, columns: 100 },
  ...{ out: () => {}, note: () => {}, stop: new AbortController().signal },
};

export interface Streams {
  readonly first: Running;
  /** Of the first instance and of the one that it passes things on to. */
  readonly url: string;
  readonly secondUrl: string;
  readonly pageUrl: string;
  readonly close: () => Promise<void>;
}

/** Ends what it has started when something of it fails. */
export async function openStreams(): Promise<Streams> {
  await buildConsole(world);
  const open = new AsyncDisposableStack();
  try {
    return await openIn(open);
  } catch (error) {
    await open.disposeAsync();
    throw error;
  }
}

async function openIn(open: AsyncDisposableStack): Promise<Streams> {
  const serve = (more: readonly string[] = []): Running => {
    const folder = temporaryFolder();
    open.defer(folder.remove);
    const plane = startScript([...serveArguments(folder.path), ...more]);
    open.defer(async () => void (await plane.kill('SIGTERM')));
    return plane;
  };
  const second = serve();
  const page = await openPage();
  open.defer(page.close);
  const secondUrl = await consoleOf(second);
  const settings = temporaryFolder();
  open.defer(settings.remove);
  const config = join(settings.path, 'seamwatch.yaml');
  const scrape = `scrape: [ { url: "${page.url}", every: 5s, serviceName: till } ]`;
  writeFileSync(config, `${scrape}\nforward: [ { id: second, kind: otlp, url: "${secondUrl}" } ]\n`);
  const first = serve(['--config', config]);
  const url = await consoleOf(first);
  const { listeners } = await data<StatusAnswer>(`${url}/api/v1/status`);
  const addressOf = (name: string): string => listeners.find((one) => one.name === name)?.address ?? `no ${name}`;
  await Promise.all([
    sendByLibrary(url),
    sendOverHttp(httpOf(addressOf('OTLP/HTTP'))),
    sendOverGrpc(httpOf(addressOf('OTLP/gRPC'))),
  ]);
  return { first, url, secondUrl, pageUrl: page.url, close: () => open.disposeAsync() };
}

function serveArguments(folder: string): string[] {
  const ports = ['--port', '0', '--otlp-port', '0', '--otlp-grpc-port', '0'];
  return ['src/cli/main.ts', 'serve', ...ports, '--data', join(folder, 'data')];
}

async function consoleOf(plane: Running): Promise<string> {
  return (await plane.says(/Console: (http\S+)/)).replace('Console: ', '');
}

function httpOf(address: string): string {
  return address.startsWith('http') ? address : `http://${address}`;
}

/** A page as prom-client writes it. */
async function openPage(): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const registry = new Registry();
  const orders = new Counter({ name: 'orders_total', help: 'Orders', labelNames: ['till'], registers: [registry] });
  orders.inc({ till: 'a' }, sent.ordersOnPage);
  const server = createServer(async (_request, response) => {
    response.writeHead(200, { 'content-type': registry.contentType }).end(await registry.metrics());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url, close };
}

/** The wrapped monolith: one request calls users forty times, every fourth call fails and says so in a log line. To the console's port. */
async function sendByLibrary(endpoint: string): Promise<void> {
  const library = await start({ serviceName: 'campus', endpoint, exportIntervalMs: 500 });
  const log = logStream();
  const users = instrumentDomain('users', {
    find: async (id: number): Promise<number> => {
      if (id % (sent.calls / sent.failed) !== 3) return id;
      if (id === 7) log.write(JSON.stringify({ level: 50, time: Date.now(), msg: sent.logText, ...logFields() }));
      throw new Error(`no user ${id}`);
    },
  });
  const feed = instrumentDomain('feed', {
    load: async (): Promise<number> => {
      const found = await Promise.allSettled(Array.from({ length: sent.calls }, (_, id) => users.find(id)));
      return found.length;
    },
  });
  await runWithCorrelation(sent.correlationId, () => feed.load());
  await library.flush();
  await library.shutdown();
}

/** A foreign app with the SDK of OpenTelemetry: a trace in protobuf and a record in JSON, to the standard port. */
async function sendOverHttp(url: string): Promise<void> {
  const resource = resourceFromAttributes({ 'service.name': 'till' });
  const exporter = new OTLPLogExporter({ url: `${url}/v1/logs` });
  const logs = new LoggerProvider({ resource, processors: [new SimpleLogRecordProcessor({ exporter })] });
  await sendSpan(new OTLPTraceExporter({ url: `${url}/v1/traces` }), sent.httpCorrelationId, (active) =>
    logs.getLogger('till').emit({ severityNumber: 9, severityText: 'INFO', body: sent.httpLogText, context: active }),
  );
  await logs.forceFlush();
  await logs.shutdown();
}

function sendOverGrpc(url: string): Promise<void> {
  return sendSpan(new GrpcTraceExporter({ url }), sent.grpcCorrelationId, () => {});
}

async function sendSpan(
  exporter: SpanExporter,
  correlationId: string,
  work: (active: ReturnType<typeof trace.setSpan>) => void,
): Promise<void> {
  const resource = resourceFromAttributes({ 'service.name': 'till' });
  const provider = new TracerProvider({ resource, spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  const attributes = { 'seam.domain': 'payments', 'seam.operation': 'pay', 'seam.correlation_id': correlationId };
  const span = provider.getTracer('till', '2.0.1').startSpan('POST /pay', { kind: SpanKind.SERVER, attributes });
  work(trace.setSpan(context.active(), span));
  span.end();
  await provider.forceFlush();
  await provider.shutdown();
}
