/** One row per scanned span, in columns of numbers; positions point into the scanned body. */

import { AppError } from '../../../src/kernel/errors.ts';

/** Why a span is rejected; the value is the code in {@link SpanTable.reject}, where 0 = accepted. */
export const spanRejection = {
  bad_trace_id: 1,
  bad_span_id: 2,
  bad_parent_id: 3,
  missing_time: 4,
  end_before_start: 5,
  in_future: 6,
  too_old: 7,
  too_long: 8,
  too_large: 9,
} as const;

/** The reason of a code, as statistics and replies name it. */
export const spanRejectionNames: readonly string[] = ['accepted', ...Object.keys(spanRejection)];

/** Values of {@link SpanTable.outcome}; the first three are the labels in this order. */
export const outcomeCode = { ok: 0, error: 1, rejected: 2 } as const;

/** What the resource says of all its spans; texts by number, -1 when absent. */
export interface SpanResource {
  readonly service: number;
  readonly domain: number;
  readonly synthetic: boolean;
}

/** A span takes at least 2 bytes of its body and 86 of the table: nobody means so many in one request. */
const mostRows = 1_048_576;
/** Rows that are kept from body to body. */
const usualRows = 131_072;

/** Reused from body to body. Absent numbers and positions are -1. */
export class SpanTable {
  length = 0;
  /** The scanned body. */
  view: DataView = new DataView(new ArrayBuffer(0));
  readonly resources: SpanResource[] = [];
  /** Two halves of a 64-bit hash over the ordered (trace id, span id) pairs. */
  hashLow = 0;
  hashHigh = 0;
  rejected = 0;
  traceAt = new Int32Array(0);
  spanAt = new Int32Array(0);
  /** Where the field of the span begins (its tag) and where its message begins and ends. */
  recordAt = new Int32Array(0);
  messageAt = new Int32Array(0);
  recordEnd = new Int32Array(0);
  resource = new Int32Array(0);
  domain = new Int32Array(0);
  operation = new Int32Array(0);
  route = new Int32Array(0);
  correlationAt = new Int32Array(0);
  correlationEnd = new Int32Array(0);
  isEntry = new Uint8Array(0);
  outcome = new Uint8Array(0);
  reject = new Uint8Array(0);
  startMs = new Float64Array(0);
  endMs = new Float64Array(0);
  durationNs = new Float64Array(0);
  /** Spans that this one stands for; 0 = a probe's, stored and not counted. */
  weight = new Float64Array(0);

  /** Forgets the rows. */
  clear(): void {
    this.length = 0;
    if (this.traceAt.length > usualRows) this.#resize(0);
    this.resources.length = 0;
    this.hashLow = 0x9747b28c;
    this.hashHigh = 0x3c6ef372;
    this.rejected = 0;
  }

  /** A fresh row with nothing known; returns its index. @throws OTLP_MALFORMED when there are too many */
  push(): number {
    const row = this.length;
    if (row === this.traceAt.length) this.#grow();
    this.length = row + 1;
    this.traceAt[row] = -1;
    this.spanAt[row] = -1;
    this.domain[row] = -1;
    this.operation[row] = -1;
    this.route[row] = -1;
    this.correlationAt[row] = -1;
    this.isEntry[row] = 0;
    this.outcome[row] = outcomeCode.ok;
    this.reject[row] = 0;
    this.startMs[row] = 0;
    this.weight[row] = 1;
    return row;
  }

  /** @throws OTLP_MALFORMED */
  #grow(): void {
    const rows = this.traceAt.length;
    if (rows >= mostRows) {
      throw new AppError('OTLP_MALFORMED', `the body holds more than ${mostRows} spans; send smaller batches`);
    }
    this.#resize(Math.max(1_024, rows * 2));
  }

  #resize(size: number): void {
    this.traceAt = larger(this.traceAt, new Int32Array(size));
    this.spanAt = larger(this.spanAt, new Int32Array(size));
    this.recordAt = larger(this.recordAt, new Int32Array(size));
    this.messageAt = larger(this.messageAt, new Int32Array(size));
    this.recordEnd = larger(this.recordEnd, new Int32Array(size));
    this.resource = larger(this.resource, new Int32Array(size));
    this.domain = larger(this.domain, new Int32Array(size));
    this.operation = larger(this.operation, new Int32Array(size));
    this.route = larger(this.route, new Int32Array(size));
    this.correlationAt = larger(this.correlationAt, new Int32Array(size));
    this.correlationEnd = larger(this.correlationEnd, new Int32Array(size));
    this.isEntry = larger(this.isEntry, new Uint8Array(size));
    this.outcome = larger(this.outcome, new Uint8Array(size));
    this.reject = larger(this.reject, new Uint8Array(size));
    this.startMs = larger(this.startMs, new Float64Array(size));
    this.endMs = larger(this.endMs, new Float64Array(size));
    this.durationNs = larger(this.durationNs, new Float64Array(size));
    this.weight = larger(this.weight, new Float64Array(size));
  }
}

function larger<T extends Int32Array | Uint8Array | Float64Array>(from: T, to: T): T {
  to.set(from.subarray(0, to.length));
  return to;
}
