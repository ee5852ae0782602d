/** Simulated traces: a few a day for each story of the past, so that a fired trigger has evidence to open. */
import { createHash } from 'node:crypto';
import { SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { attribute } from 'seamwatch/instrument';
import type { Stretch } from './otlp.ts';
import { isSlowNotificationDay, isSlowSearchDay } from './plan.ts';

/** A span of a story; times in ms from the trace's start. */
interface Step {
  readonly name: string;
  readonly domain: string;
  readonly operation: string;
  readonly kind: SpanKind;
  readonly fromMs: number;
  readonly toMs: number;
  /** Index of the parent in the story; null for the root. */
  readonly parent: number | null;
}

const resource = resourceFromAttributes({
  'service.name': 'campus',
  'service.instance.id': 'simulated-history',
  'seam.synthetic': true,
});

/** The protobuf body with the traces of `stretch`: one post with its notification and one search, at seeded moments. */
export function tracesBody(
  stretch: Stretch,
  context: { readonly slowSinceMs: number; readonly random: () => number },
): Uint8Array {
  const moment = { atMs: stretch.startMs, slowSinceMs: context.slowSinceMs };
  const delay = isSlowNotificationDay(moment) ? 5_100 + context.random() * 2_100 : 300 + context.random() * 2_000;
  const query = isSlowSearchDay(moment) ? 210 + context.random() * 260 : 12 + context.random() * 40;
  const at = (): number =>
    stretch.startMs + Math.floor(context.random() * Math.max(1, stretch.endMs - stretch.startMs - 10_000));
  const spans = [...spansOf(commentStory(delay), at()), ...spansOf(searchStory(query), at())];
  return ProtobufTraceSerializer.serializeRequest(spans) ?? new Uint8Array();
}

/** A comment: stored at once, its notification seen `delayMs` after it was made. */
function commentStory(delayMs: number): Step[] {
  const route = 'POST /api/posts/:id/comments';
  const event = 'comment.created';
  return [
    step([route, 'posts', route, SpanKind.SERVER], [0, 18], null),
    step(['posts.comment', 'posts', 'comment', SpanKind.INTERNAL], [1, 16], 0),
    step(['users.profile', 'users', 'profile', SpanKind.INTERNAL], [2, 5], 1),
    step([`publish ${event}`, 'posts', `publish ${event}`, SpanKind.PRODUCER], [14, 15], 1),
    step([`consume ${event}`, 'notifications', `consume ${event}`, SpanKind.CONSUMER], [delayMs - 24, delayMs], 3),
    step(['notifications.deliver', 'notifications', 'deliver', SpanKind.INTERNAL], [delayMs - 22, delayMs - 1], 4),
  ];
}

function searchStory(queryMs: number): Step[] {
  const route = 'GET /api/search';
  return [
    step([route, 'search', route, SpanKind.SERVER], [0, queryMs + 4], null),
    step(['search.query', 'search', 'query', SpanKind.INTERNAL], [1, queryMs + 2], 0),
  ];
}

function step(
  [name, domain, operation, kind]: readonly [string, string, string, SpanKind],
  [fromMs, toMs]: readonly [number, number],
  parent: number | null,
): Step {
  return { name, domain, operation, kind, fromMs, toMs, parent };
}

function spansOf(story: readonly Step[], startMs: number): ReadableSpan[] {
  const seed = `${startMs}:${story[0]?.name}:${story.at(-1)?.toMs}`;
  const traceId = digest(seed).slice(0, 32);
  const spanId = (index: number): string => digest(`${seed}:${index}`).slice(0, 16);
  const contextOf = (index: number) => ({ traceId, spanId: spanId(index), traceFlags: TraceFlags.SAMPLED });
  return story.map((step, index) => ({
    name: step.name,
    kind: step.kind,
    spanContext: () => contextOf(index),
    ...(step.parent === null ? {} : { parentSpanContext: contextOf(step.parent) }),
    startTime: hrTime(startMs + step.fromMs),
    endTime: hrTime(startMs + step.toMs),
    duration: hrTime(step.toMs - step.fromMs),
    status: { code: SpanStatusCode.UNSET },
    attributes: {
      [attribute.domain]: step.domain,
      [attribute.operation]: step.operation,
      [attribute.correlationId]: `simulated-${traceId.slice(0, 12)}`,
    },
    links: [],
    events: [],
    ended: true,
    resource,
    instrumentationScope: { name: 'campus.history' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  }));
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hrTime(unixMs: number): [number, number] {
  const whole = Math.floor(unixMs / 1_000);
  return [whole, Math.round((unixMs - whole * 1_000) * 1_000_000)];
}
