/** A real OTLP/HTTP receiver on a free loopback port, which keeps what it got in readable form; for tests. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  attributesOf,
  bytesOf,
  doublesOf,
  fixed64sOf,
  type Message,
  messagesOf,
  numberOf,
  readMessage,
  textOf,
} from './protobuf-reader.ts';

export interface ReceivedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly kind: number;
  readonly traceState: string;
  readonly statusCode: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** One data point. `counts` is empty unless it is a histogram; `value` is the sum or the number; times Unix ns. */
export interface ReceivedPoint {
  readonly metric: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly startNanos: number;
  readonly timeNanos: number;
  readonly count: number;
  readonly counts: readonly number[];
  readonly bounds: readonly number[];
  readonly value: number;
  readonly temporality: number;
  readonly exemplars: readonly { readonly traceId: string; readonly spanId: string; readonly value: number }[];
  readonly resource: Readonly<Record<string, unknown>>;
}

export interface ReceivedLog {
  readonly timeNanos: number;
  readonly severity: number;
  readonly severityText: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly traceId: string;
  readonly spanId: string;
  readonly resource: Readonly<Record<string, unknown>>;
}

export interface Receiver {
  readonly endpoint: string;
  readonly spans: ReceivedSpan[];
  readonly logs: ReceivedLog[];
  /** The bytes of each request for logs, taken or not. */
  readonly logBodies: Buffer[];
  /** The points of each metrics export. */
  readonly exports: (readonly ReceivedPoint[])[];
  readonly authorizations: (string | undefined)[];
  /** Set to anything but 200 to refuse. */
  status: number;
  retryAfter: string | null;
  requests: number;
  readonly close: () => Promise<void>;
}

export async function openReceiver(): Promise<Receiver> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      receiver.requests += 1;
      receiver.authorizations.push(request.headers.authorization);
      if (request.url === '/v1/logs') receiver.logBodies.push(Buffer.concat(parts));
      if (receiver.status === 200) keep(receiver, request.url ?? '', Buffer.concat(parts));
      if (receiver.retryAfter !== null) response.setHeader('retry-after', receiver.retryAfter);
      response.writeHead(receiver.status, { 'content-type': 'application/x-protobuf' }).end();
    });
  });
  const port = await listen(server);
  const receiver: Receiver = {
    endpoint: `http://127.0.0.1:${port}`,
    spans: [],
    logs: [],
    logBodies: [],
    exports: [],
    authorizations: [],
    status: 200,
    retryAfter: null,
    requests: 0,
    close: () => closeServer(server),
  };
  return receiver;
}

/** The port, on 127.0.0.1. */
export async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

export async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

/** The points of the latest export whose metric and attributes match. */
export function pointsOf(receiver: Receiver, metric: string, where: Record<string, unknown> = {}): ReceivedPoint[] {
  return (receiver.exports.at(-1) ?? []).filter(
    (point) =>
      point.metric === metric && Object.entries(where).every(([key, value]) => point.attributes[key] === value),
  );
}

/** How many observations the matching points of the latest export hold. */
export function countOf(receiver: Receiver, metric: string, where: Record<string, unknown> = {}): number {
  return pointsOf(receiver, metric, where).reduce((total, point) => total + point.count, 0);
}

function keep(receiver: Receiver, url: string, body: Buffer): void {
  for (const resourceMessage of messagesOf(readMessage(body), 1)) {
    const resource = attributesOf(messagesOf(resourceMessage, 1)[0] ?? new Map(), 1);
    const scopes = messagesOf(resourceMessage, 2);
    if (url === '/v1/traces') receiver.spans.push(...scopes.flatMap((scope) => messagesOf(scope, 2).map(spanOf)));
    if (url === '/v1/logs')
      receiver.logs.push(...scopes.flatMap((scope) => messagesOf(scope, 2).map((log) => logOf(log, resource))));
    if (url === '/v1/metrics') {
      receiver.exports.push(
        scopes.flatMap((scope) => messagesOf(scope, 2).flatMap((metric) => pointsOfMetric(metric, resource))),
      );
    }
  }
}

function logOf(log: Message, resource: Record<string, unknown>): ReceivedLog {
  return {
    timeNanos: fixed64sOf(log, 1)[0] ?? 0,
    severity: numberOf(log, 2),
    severityText: textOf(log, 3),
    body: textOf(messagesOf(log, 5)[0] ?? new Map(), 1),
    attributes: attributesOf(log, 6),
    traceId: bytesOf(log, 9).toString('hex'),
    spanId: bytesOf(log, 10).toString('hex'),
    resource,
  };
}

function spanOf(span: Message): ReceivedSpan {
  return {
    traceId: bytesOf(span, 1).toString('hex'),
    spanId: bytesOf(span, 2).toString('hex'),
    traceState: textOf(span, 3),
    parentSpanId: bytesOf(span, 4).toString('hex'),
    name: textOf(span, 5),
    kind: numberOf(span, 6),
    attributes: attributesOf(span, 9),
    statusCode: numberOf(messagesOf(span, 15)[0] ?? new Map(), 3),
  };
}

function pointsOfMetric(metric: Message, resource: Record<string, unknown>): ReceivedPoint[] {
  const name = textOf(metric, 1);
  for (const field of [5, 7, 9]) {
    const data = messagesOf(metric, field)[0];
    if (data === undefined) continue;
    return messagesOf(data, 1).map((point) => ({
      metric: name,
      resource,
      temporality: numberOf(data, 2),
      startNanos: fixed64sOf(point, 2)[0] ?? 0,
      timeNanos: fixed64sOf(point, 3)[0] ?? 0,
      ...(field === 9
        ? histogramOf(point)
        : {
            attributes: attributesOf(point, 7),
            count: 0,
            counts: [],
            bounds: [],
            value: doublesOf(point, 4)[0] ?? 0,
            exemplars: [],
          }),
    }));
  }
  return [];
}

function histogramOf(
  point: Message,
): Pick<ReceivedPoint, 'attributes' | 'count' | 'counts' | 'bounds' | 'value' | 'exemplars'> {
  return {
    attributes: attributesOf(point, 9),
    count: fixed64sOf(point, 4)[0] ?? 0,
    value: doublesOf(point, 5)[0] ?? 0,
    counts: fixed64sOf(point, 6),
    bounds: doublesOf(point, 7),
    exemplars: messagesOf(point, 8).map((exemplar) => ({
      traceId: bytesOf(exemplar, 5).toString('hex'),
      spanId: bytesOf(exemplar, 4).toString('hex'),
      value: doublesOf(exemplar, 3)[0] ?? 0,
    })),
  };
}
