/** Logs, exceptions, events and free measurements of a page as OTLP log records. */
import { attribute } from '../../../src/kernel/conventions.ts';
import { isCorrelationId } from '../../../src/kernel/ids.ts';
import { type AttributeValue, amountOf, attributesOf, hexIdOf, nanosOf, timeMsOf } from './otlp-json.ts';
import type { PageContext } from './page-context.ts';
import type {
  FaroAction,
  FaroEvent,
  FaroException,
  FaroLog,
  FaroMeasurement,
  FaroMeta,
  FaroPayload,
  FaroTrace,
} from './payload.ts';

/** A LogRecord of OTLP/JSON. */
export type JsonLogRecord = Readonly<Record<string, unknown>>;

interface Placed {
  readonly timestamp?: string | undefined;
  readonly trace?: FaroTrace;
  readonly action?: FaroAction;
  readonly context?: Readonly<Record<string, unknown>> | undefined;
}

interface Said {
  readonly severity: readonly [number: number, text: string];
  readonly body: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** Both the levels of the specification and those that the SDK sends; numbers of OpenTelemetry's log data model. */
const severities: Readonly<Record<string, number>> = {
  ...{ trace: 1, debug: 5, info: 9, log: 9, warn: 13, warning: 13, error: 17, critical: 21, fatal: 21 },
};

const mostFrames = 50;
const mostContext = 32;
/** Timings of single resources: plenty, and only of interest beside the page that loaded them. */
const resourceEvent = 'faro.performance.resource';

/** The export request, or null without any record. `events` and `measurements` are those that nothing else has taken. */
export function logsBody(
  payload: Pick<FaroPayload, 'logs' | 'exceptions'> & {
    readonly events: readonly FaroEvent[];
    readonly measurements: readonly FaroMeasurement[];
    readonly meta: FaroMeta;
  },
  context: PageContext,
  nowMs: number,
): { readonly body: string; readonly count: number } | null {
  const record = (placed: Placed, said: Said): JsonLogRecord => recordOf(placed, said, context, nowMs);
  const logRecords = [
    ...payload.logs.map((log) => record(log, logOf(log))),
    ...payload.exceptions.map((exception) => record(exception, exceptionOf(exception))),
    ...payload.events.map((event) => record({ ...event, context: event.attributes }, eventOf(event))),
    ...payload.measurements.map((measurement) => record(measurement, measurementOf(measurement))),
  ];
  if (logRecords.length === 0) return null;
  const scope = { name: payload.meta.sdk?.name ?? 'faro', version: payload.meta.sdk?.version ?? '' };
  const resource = { attributes: attributesOf(context.resource) };
  const body = JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ scope, logRecords }] }] });
  return { body, count: logRecords.length };
}

function recordOf(placed: Placed, said: Said, context: PageContext, nowMs: number): JsonLogRecord {
  const traceId = hexIdOf(placed.trace?.trace_id, 32);
  const spanId = hexIdOf(placed.trace?.span_id, 16);
  const { action } = placed;
  return {
    timeUnixNano: nanosOf(timeMsOf(placed.timestamp, nowMs)),
    severityNumber: said.severity[0],
    severityText: said.severity[1],
    body: { stringValue: said.body.slice(0, 16_384) },
    attributes: attributesOf({
      ...extrasOf(placed.context),
      ...said.attributes,
      ...context.place,
      [attribute.domain]: context.domain,
      [attribute.correlationId]: correlationOf(placed, context),
      'action.name': action?.name,
      'action.id': action?.id,
      'action.parent_id': action?.parentId,
    }),
    ...(traceId === null ? {} : { traceId }),
    ...(traceId === null || spanId === null ? {} : { spanId }),
  };
}

/** What the page noted for this record, else for the whole page, else the user's action that it belongs to. */
function correlationOf({ context, action }: Placed, page: PageContext): string | null {
  const ids = [context?.correlation_id, context?.[attribute.correlationId], page.correlationId];
  return [...ids, action?.parentId, action?.id].find(isCorrelationId) ?? null;
}

function logOf({ message, level = '' }: FaroLog): Said {
  return { severity: [severities[level.toLowerCase()] ?? 0, level], body: message, attributes: {} };
}

function exceptionOf(exception: FaroException): Said {
  const { type = 'Error', value, fatal, fingerprint } = exception;
  const line = `${type}: ${value}`;
  return {
    severity: fatal === true ? [severities.fatal ?? 0, 'fatal'] : [severities.error ?? 0, 'error'],
    body: line,
    attributes: {
      'exception.type': type,
      'exception.message': value,
      'exception.stacktrace': stackOf(line, exception),
      'exception.fingerprint': fingerprint,
    },
  };
}

function stackOf(line: string, { stacktrace }: FaroException): string | null {
  if (stacktrace === undefined || stacktrace.frames.length === 0) return null;
  const frames = stacktrace.frames.slice(0, mostFrames).map(({ function: name, module, filename, lineno, colno }) => {
    const place = [filename ?? module ?? '?', lineno, colno].filter((part) => part !== undefined).join(':');
    return `    at ${name ?? '?'} (${place})`;
  });
  return [line, ...frames].join('\n');
}

function eventOf({ name, domain }: FaroEvent): Said {
  const severity = name === resourceEvent ? ([5, 'debug'] as const) : ([9, 'info'] as const);
  return { severity, body: name, attributes: { 'event.name': name, 'event.domain': domain } };
}

function measurementOf({ type, values }: FaroMeasurement): Said {
  const numbers = Object.entries(values).slice(0, mostContext);
  return {
    severity: [9, 'info'],
    body: `measurement ${type}`,
    attributes: {
      'measurement.type': type,
      ...Object.fromEntries(numbers.map(([name, value]) => [`measurement.${name}`, amountOf(value)])),
    },
  };
}

/** What the page added of its own; it never overrides what we say. */
function extrasOf(context: Readonly<Record<string, unknown>> | undefined): Record<string, AttributeValue> {
  const entries = Object.entries(context ?? {}).filter(
    ([name]) => name !== 'correlation_id' && name !== attribute.correlationId,
  );
  const shown = entries.slice(0, mostContext).map(([name, value]): [string, AttributeValue] => {
    const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    return [`context.${name.slice(0, 80)}`, isPlain ? value : JSON.stringify(value)];
  });
  return Object.fromEntries(shown);
}
