/** Encodes remote write 1.0 requests: protobuf in a snappy block. */
import { compress } from 'snappyjs';
import { ProtoWriter } from '../intake/wire/index.ts';
import type { SampleLabels } from './sample-names.ts';

/** One series of Prometheus with its samples in order of time; times in Unix ms. */
export interface SampleSeries {
  readonly labels: SampleLabels;
  /** A value of null ends the series: the stale marker. */
  readonly samples: readonly { readonly timeMs: number; readonly value: number | null }[];
}

/** Ready to be sent. */
export interface WriteRequest {
  readonly body: Uint8Array;
  readonly samples: number;
}

/** What Prometheus itself sends at most in one request. */
const samplesPerRequest = 2_000;
/** The NaN that means stale (remote write specification). */
const staleBits = 0x7ff0000000000002n;

/** As few requests as hold all series, in their order. */
export function encodeWriteRequests(series: readonly SampleSeries[]): readonly WriteRequest[] {
  const requests: WriteRequest[] = [];
  let writer = new ProtoWriter();
  let samples = 0;
  const finish = (): void => {
    if (samples > 0) requests.push({ body: compress(new Uint8Array(writer.bytes())), samples });
    writer = new ProtoWriter();
    samples = 0;
  };
  for (const one of series) {
    writer.messageField(1, (inner) => writeSeries(inner, one));
    samples += one.samples.length;
    if (samples >= samplesPerRequest) finish();
  }
  finish();
  return requests;
}

function writeSeries(output: ProtoWriter, series: SampleSeries): void {
  for (const [name, value] of series.labels) {
    output.messageField(1, (label) => {
      label.textField(1, name);
      label.textField(2, value);
    });
  }
  for (const { timeMs, value } of series.samples) {
    output.messageField(2, (sample) => {
      if (value === null) sample.fixed64Field(1, staleBits);
      else sample.doubleField(1, value);
      sample.varintField(2, timeMs);
    });
  }
}
