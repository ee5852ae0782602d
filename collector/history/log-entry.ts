/** One log record between its decoding and its storage. */
import type { Attributes } from './span-decode.ts';

/** What all records of one resource and scope share; attribute names are prefixed `resource.` and `scope.`, as those of spans. */
export interface LogOrigin {
  readonly serviceName: string | null;
  readonly source: 'otlp' | 'faro';
  readonly attributes: Attributes;
}

/** `timeNs` is Unix nanoseconds; `severity` is OTLP's number, 0 = unset, else 1..24; ids are lower-case hexadecimal. */
export interface LogEntry {
  readonly timeNs: bigint;
  readonly severity: number;
  readonly severityText: string | null;
  readonly body: string;
  readonly attributes: Attributes;
  readonly traceId: string | null;
  readonly spanId: string | null;
  readonly correlationId: string | null;
  readonly domain: string | null;
  readonly origin: LogOrigin;
}
