/** The pipeline to compare with: decode to objects, a row per span with an index on the trace id, a transaction per body. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import SqliteDatabase from 'better-sqlite3';
import { decodeSpans } from '../collector/history/index.ts';

export interface NaiveIntake {
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
}

/** As durable as the product: WAL, `synchronous=FULL`, answered after the commit. */
export function startNaiveIntake(file: string): NaiveIntake {
  const db = new SqliteDatabase(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec(`CREATE TABLE spans (trace_id TEXT, span_id TEXT, parent_span_id TEXT, name TEXT, kind TEXT, start_ns INTEGER, end_ns INTEGER,
    status TEXT, domain TEXT, operation TEXT, correlation_id TEXT, attributes TEXT);
    CREATE INDEX spans_by_trace ON spans (trace_id)`);
  const insert = db.prepare('INSERT INTO spans VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const store = db.transaction((body: Buffer) => {
    for (const span of decodeSpans(body)) {
      insert.run(
        span.traceId,
        span.spanId,
        span.parentSpanId,
        span.name,
        span.kind,
        span.startNs,
        span.endNs,
        span.status,
        span.domain,
        span.operation,
        span.correlationId,
        JSON.stringify(span.attributes),
      );
    }
  });
  return {
    handle: (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        store(Buffer.concat(chunks));
        response.writeHead(200, { 'content-type': 'application/x-protobuf', 'content-length': 0 });
        response.end();
      });
    },
  };
}
