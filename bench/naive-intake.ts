/** The pipeline to compare with: decode to objects, a row per span or point and slice, an index on the trace id, a transaction per body. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import SqliteDatabase from 'better-sqlite3';
import { type DecodedSpan, decodeSpans } from '../collector/history/index.ts';
import { naiveLogRows } from './naive-logs.ts';
import { NaiveMetrics } from './naive-metrics.ts';

export interface NaiveIntake {
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
  /** The same for who is no HTTP request: a body of spans in protobuf. */
  readonly storeSpans: (body: Buffer) => void;
}

type Row = readonly (string | number | bigint | null)[];

/** As durable as the product: WAL, `synchronous=FULL`, answered after the commit. */
export function startNaiveIntake(file: string): NaiveIntake {
  const db = new SqliteDatabase(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec(`CREATE TABLE spans (trace_id TEXT, span_id TEXT, parent_span_id TEXT, name TEXT, kind TEXT, start_ns INTEGER, end_ns INTEGER,
    status TEXT, domain TEXT, operation TEXT, correlation_id TEXT, attributes TEXT);
    CREATE INDEX spans_by_trace ON spans (trace_id);
    CREATE TABLE logs (trace_id TEXT, span_id TEXT, at_ns INTEGER, severity INTEGER, severity_text TEXT, body TEXT, domain TEXT,
    correlation_id TEXT, attributes TEXT, resource TEXT);
    CREATE INDEX logs_by_trace ON logs (trace_id)`);
  const insertSpan = db.prepare('INSERT INTO spans VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const metrics = new NaiveMetrics(db);
  const insertLog = db.prepare('INSERT INTO logs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const store = db.transaction((body: Buffer, request: IncomingMessage) => {
    if (request.url === '/v1/metrics') metrics.take(body);
    else if (request.url === '/v1/logs') for (const row of naiveLogRows(body, request)) insertLog.run(...row);
    else for (const row of spanRows(body, request)) insertSpan.run(...row);
  });
  return {
    storeSpans: db.transaction((body: Buffer) => {
      for (const span of decodeSpans(body)) insertSpan.run(...rowOf(span));
    }),
    handle: (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const received = Buffer.concat(chunks);
        store(request.headers['content-encoding'] === 'gzip' ? gunzipSync(received) : received, request);
        response.writeHead(200, { 'content-type': 'application/x-protobuf', 'content-length': 0 });
        response.end();
      });
    },
  };
}

function spanRows(body: Buffer, request: IncomingMessage): readonly Row[] {
  return request.headers['content-type'] === 'application/json' ? jsonRows(body) : decodeSpans(body).map(rowOf);
}

function rowOf(span: DecodedSpan): Row {
  const { traceId, spanId, parentSpanId, name, kind, startNs, endNs, status, domain, operation, correlationId } = span;
  const ids = [traceId, spanId, parentSpanId, name, kind, startNs, endNs, status, domain, operation, correlationId];
  return [...ids, JSON.stringify(span.attributes)];
}

interface JsonSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
}

function jsonRows(body: Buffer): readonly Row[] {
  const request = JSON.parse(body.toString()) as {
    resourceSpans: { scopeSpans: { spans: JsonSpan[] }[] }[];
  };
  const spans = request.resourceSpans.flatMap((one) => one.scopeSpans.flatMap((scope) => scope.spans));
  return spans.map((span) => {
    const text = (key: string): string =>
      String(Object.values(span.attributes.find((one) => one.key === key)?.value ?? {})[0] ?? '');
    const times = [BigInt(span.startTimeUnixNano), BigInt(span.endTimeUnixNano)];
    const names = [text('seam.domain'), text('seam.operation'), text('seam.correlation_id')];
    const ids = [span.traceId, span.spanId, span.parentSpanId ?? null, span.name, String(span.kind), ...times];
    return [...ids, 'unset', ...names, JSON.stringify(span.attributes)];
  });
}
