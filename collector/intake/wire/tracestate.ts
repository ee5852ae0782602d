/** The sampling weight that a span carries in its tracestate (OpenTelemetry: probability sampling, `ot=th:`). */

const wholeRange = 2 ** 56;

/** Spans that one recorded span stands for, ≥ 1; 1 without a readable threshold. `th` is up to 14 hex digits, trailing zeros cut. */
export function samplingWeight(tracestate: string): number {
  const threshold = /(?:^|,)\s*ot=(?:[^,]*;)?th:([0-9a-f]{1,14})(?:[;,]|\s*$)/.exec(tracestate)?.[1];
  if (threshold === undefined) return 1;
  const rejected = Number.parseInt(threshold.padEnd(14, '0'), 16);
  return wholeRange / (wholeRange - rejected);
}
