/** Spans of a page: passed on as they are, with who and where added, and without what only a server may say. */
import { attribute } from '../../../src/kernel/conventions.ts';
import { type AttributeValue, attributesOf, hexIdOf, type JsonAttribute } from './otlp-json.ts';
import type { PageContext } from './page-context.ts';

type Json = Readonly<Record<string, unknown>>;

/** What came out: the export request, or null without any span. */
export interface ConvertedTraces {
  readonly body: string | null;
  readonly count: number;
  /** Ids of the CLIENT spans, lower case. */
  readonly clientSpanIds: ReadonlySet<string>;
}

/** Only the server decides what is synthetic, what its operations are, and which process it is. */
const serverWords: ReadonlySet<string> = new Set([
  attribute.synthetic,
  attribute.operation,
  attribute.probe,
  attribute.probeRun,
  attribute.serviceInstanceId,
]);

/** Kinds of OTLP; a browser serves nobody, and what it claims to have served must not count as a request. */
const kind = { internal: 1, server: 2, client: 3, consumer: 5 } as const;

export function convertTraces(resourceSpans: readonly unknown[], context: PageContext): ConvertedTraces {
  const clientSpanIds = new Set<string>();
  let count = 0;
  const { [attribute.page]: page, ...place } = context.place;
  const added = { ...place, [attribute.pageName]: page, [attribute.correlationId]: context.correlationId };
  const convertSpan = (span: Json): Json => {
    count += 1;
    const id = hexIdOf(span.spanId, 16);
    if (span.kind === kind.client && id !== null) clientSpanIds.add(id);
    const isServing = span.kind === kind.server || span.kind === kind.consumer;
    const attributes = merged(span.attributes, added);
    return { ...span, kind: isServing ? kind.internal : span.kind, attributes };
  };
  const converted = objects(resourceSpans).map((group) => ({
    ...group,
    resource: { attributes: merged(object(group.resource).attributes, context.resource, context.serviceName) },
    scopeSpans: objects(group.scopeSpans).map((scoped) => ({
      ...scoped,
      spans: objects(scoped.spans).map(convertSpan),
    })),
  }));
  return { body: count === 0 ? null : JSON.stringify({ resourceSpans: converted }), count, clientSpanIds };
}

/** The span's own attributes win, but for the service's name. */
function merged(
  own: unknown,
  added: Readonly<Record<string, AttributeValue>>,
  serviceName: string | null = null,
): (Json | JsonAttribute)[] {
  const kept = objects(own).filter(
    ({ key }) => !serverWords.has(String(key)) && (serviceName === null || key !== attribute.serviceName),
  );
  const names = new Set(kept.map(({ key }) => key));
  return [...kept, ...attributesOf(added).filter(({ key }) => !names.has(key))];
}

function objects(value: unknown): Json[] {
  return Array.isArray(value) ? value.map(object) : [];
}

function object(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
