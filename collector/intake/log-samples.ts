/** Log records as OTLP/JSON, for tests. */
import { testStartMs } from './test-collector.ts';

export const traceId = '0af7651916cd43dd8448eb211c80319c';
export const otherTrace = '1bf7651916cd43dd8448eb211c80319c';
export const spanId = 'b7ad6b7169203331';

/** Fields of a LogRecord; `atMs` counts from the beginning of the test. */
export interface SentRecord {
  readonly atMs?: number;
  readonly [field: string]: unknown;
}

/** An ExportLogsServiceRequest of one resource and scope. */
export function logRequest(
  records: readonly SentRecord[],
  resource: Record<string, string> = { 'service.name': 'campus' },
): string {
  return JSON.stringify({
    resourceLogs: [
      {
        resource: { attributes: Object.entries(resource).map(([key, value]) => textAttribute(key, value)) },
        scopeLogs: [{ scope: { name: 'pino', version: '10' }, logRecords: records.map(toRecord) }],
      },
    ],
  });
}

/** A KeyValue with a text. */
export function textAttribute(key: string, value: string): object {
  return { key, value: { stringValue: value } };
}

/** A record that says `body`, severity INFO unless `more` has another. */
export function say(body: string, more: SentRecord = {}): SentRecord {
  return { body: { stringValue: body }, severityNumber: 9, severityText: 'INFO', ...more };
}

function toRecord({ atMs, ...fields }: SentRecord): object {
  return { timeUnixNano: String((testStartMs + (atMs ?? 0)) * 1e6), ...fields };
}
