/** One Faro body as the OTLP requests that are stored of it. */
import { label } from '../../../src/kernel/conventions.ts';
import type { BoundedNames } from './bounded-names.ts';
import { logsBody } from './convert-logs.ts';
import { gatherTimings, type TimingPoint, timingsBody } from './convert-timings.ts';
import { convertTraces } from './convert-traces.ts';
import { hexIdOf } from './otlp-json.ts';
import type { PageContext } from './page-context.ts';
import type { FaroEvent, FaroPayload } from './payload.ts';
import { type Timing, timingOfEvent, timingsOfMeasurement } from './read-timings.ts';

/** One export request and how many records it holds. */
export interface ConvertedBody {
  readonly telemetry: 'traces' | 'metrics' | 'logs';
  readonly body: string;
  readonly records: number;
}

/** What to store. */
export interface Converted {
  readonly bodies: readonly ConvertedBody[];
  readonly points: readonly TimingPoint[];
  /** Calls that came as a span too, and vitals that were counted before. */
  readonly deduplicated: number;
  /** Ids of the vitals, to be remembered when they are on disk. */
  readonly timingIds: readonly string[];
}

/** What the intake knows from before. */
export interface Known {
  readonly pages: BoundedNames;
  readonly actions: BoundedNames;
  readonly wasCounted: (timingId: string) => boolean;
}

/** `origin` names the body among those of other senders. */
export function convertPayload(
  payload: FaroPayload,
  context: PageContext,
  known: Known,
  nowMs: number,
  origin: string,
): Converted {
  const traces = convertTraces(payload.resourceSpans, context);
  const isTraced = isTracing(payload);
  const events = payload.events.filter((event) => !isAlsoSpan(event, traces.clientSpanIds, isTraced));
  const timed = timingsOf(payload, nowMs, known);
  const free = payload.measurements.filter((measurement) => timingsOfMeasurement(measurement, nowMs) === null);
  const points = gatherTimings(timed.fresh, { ...context, page: known.pages.nameOf(context.page) });
  const logs = logsBody({ ...payload, events, measurements: free }, context, nowMs);
  const metrics = points.length === 0 ? null : timingsBody(context.serviceName, points, origin);
  return {
    bodies: [
      ...bodyOf('traces', traces.body, traces.count),
      ...bodyOf('metrics', metrics, timed.fresh.length),
      ...bodyOf('logs', logs?.body ?? null, logs?.count ?? 0),
    ],
    points,
    deduplicated: payload.events.length - events.length + timed.repeated,
    timingIds: timed.fresh.flatMap(({ id }) => (id === null ? [] : [id])),
  };
}

function bodyOf(telemetry: ConvertedBody['telemetry'], body: string | null, records: number): ConvertedBody[] {
  return body === null ? [] : [{ telemetry, body, records }];
}

function timingsOf(
  payload: FaroPayload,
  nowMs: number,
  { actions, wasCounted }: Known,
): { readonly fresh: readonly Timing[]; readonly repeated: number } {
  const all = [
    ...payload.measurements.flatMap((measurement) => timingsOfMeasurement(measurement, nowMs) ?? []),
    ...payload.events.flatMap((event) => timingOfEvent(event, nowMs) ?? []),
  ];
  const seen = new Set<string>();
  const fresh = all.filter(({ id }) => {
    if (id === null) return true;
    if (seen.has(id) || wasCounted(id)) return false;
    seen.add(id);
    return true;
  });
  return { fresh: fresh.map((timing) => withKnownAction(timing, actions)), repeated: all.length - fresh.length };
}

function withKnownAction(timing: Timing, actions: BoundedNames): Timing {
  const action = timing.labels[label.action];
  if (action === undefined) return timing;
  return { ...timing, labels: { ...timing.labels, [label.action]: actions.nameOf(action) } };
}

const callEvent = /^faro\.tracing\.(?:fetch|xml-http-request)$/;

/** The web tracing of Faro tells of each call twice: as a CLIENT span, and as an event. */
function isAlsoSpan(event: FaroEvent, clientSpanIds: ReadonlySet<string>, isTraced: boolean): boolean {
  if (!callEvent.test(event.name)) return false;
  return isTraced || clientSpanIds.has(hexIdOf(event.trace?.span_id, 16) ?? '');
}

/** Spans are sent by this page, now or in another batch. */
function isTracing({ meta }: FaroPayload): boolean {
  return (meta.sdk?.integrations ?? []).some(({ name }) => /web-tracing|instrumentation-tracing/.test(name ?? ''));
}
