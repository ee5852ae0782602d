/** What a span's tracestate says of counting it: its sampling weight (OpenTelemetry: `ot=th:`), and whether a probe made it. */
import { probeTraceState } from './conventions.ts';

const wholeRange = 2 ** 56;

/** Spans that one recorded span stands for, ≥ 1; 1 without a readable threshold. `th` is up to 14 hex digits, trailing zeros cut. */
export function samplingWeight(tracestate: string): number {
  const threshold = /(?:^|,)\s*ot=(?:[^,]*;)?th:([0-9a-f]{1,14})(?:[;,]|\s*$)/.exec(tracestate)?.[1];
  if (threshold === undefined) return 1;
  const rejected = Number.parseInt(threshold.padEnd(14, '0'), 16);
  return wholeRange / (wholeRange - rejected);
}

/** How often a span with this tracestate is counted: its {@link samplingWeight}, 0 when the trace is a probe's. */
export function countedWeight(tracestate: string): number {
  return isProbeTraceState(tracestate) ? 0 : samplingWeight(tracestate);
}

/** True when one list member is exactly the mark of a probe; spaces and tabs around members are legal (W3C Trace Context §3.3.1). */
export function isProbeTraceState(tracestate: string): boolean {
  return (
    tracestate.includes(probeTraceState) && tracestate.split(',').some((member) => member.trim() === probeTraceState)
  );
}
