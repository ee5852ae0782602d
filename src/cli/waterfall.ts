/** A waterfall for the terminal: one bar a span, solid while it worked itself, light while it waited, dotted across the bus. */
import type { Span, Trace } from '../contract/index.ts';

interface Row {
  readonly span: Span;
  readonly depth: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** Where the wait before an asynchronous span began; null for others. */
  readonly waitedFromMs: number | null;
}

const nameWidth = 44;

/** `columns` is the width of the terminal. Traces in order of time, each on its own scale. */
export function renderWaterfall(id: string, traces: readonly Trace[], columns: number): string {
  const spans = traces.reduce((sum, one) => sum + one.spans.length, 0);
  const domains = [...new Set(traces.flatMap((one) => one.domains))];
  const head = `${id}: ${count(traces.length, 'trace')}, ${count(spans, 'span')} across ${domains.join(', ') || 'no domain'}`;
  const parts = traces.map((one, index) => renderTrace(one, traces[index - 1] ?? null, columns));
  return `${[head, ...parts].join('\n\n')}\n\n█ works itself  ░ waits for others  ┄ waits on the bus  * on the critical path  ! failed\n`;
}

function renderTrace(trace: Trace, before: Trace | null, columns: number): string {
  const startMs = Date.parse(trace.startTime);
  const later = before === null ? '' : `${durationText(Math.max(0, startMs - Date.parse(before.startTime)))} later · `;
  const marks = `${trace.error ? ' · failed' : ''}${trace.synthetic ? ' · simulated' : ''}`;
  const head = `${later}${trace.rootName} · ${durationText(trace.durationMs)}${marks} · trace ${trace.traceId} · ${trace.startTime}`;
  const rows = toRows(trace);
  const endMs = Math.max(1, ...rows.map((row) => row.toMs));
  const width = Math.max(20, columns - nameWidth - 12);
  const critical = new Set(trace.criticalPath);
  return [head, ...rows.map((row) => renderRow(row, endMs, width, critical.has(row.span.spanId)))].join('\n');
}

function renderRow(row: Row, endMs: number, width: number, isCritical: boolean): string {
  const mark = row.span.status === 'error' ? '!' : isCritical ? '*' : ' ';
  const label = `${mark} ${'  '.repeat(row.depth)}${row.span.domain ?? '–'} · ${row.span.operation ?? row.span.name}`;
  const column = (ms: number): number => Math.min(width, Math.max(0, Math.round((ms / endMs) * width)));
  const from = column(row.fromMs);
  const to = Math.max(from + 1, column(row.toMs));
  const solid = Math.max(
    row.span.selfMs > 0 ? 1 : 0,
    Math.round(((to - from) * row.span.selfMs) / Math.max(row.span.durationMs, 0.001)),
  );
  const waited = row.waitedFromMs === null ? from : Math.min(from, column(row.waitedFromMs));
  const bar = `${' '.repeat(waited)}${'┄'.repeat(from - waited)}${'█'.repeat(Math.min(solid, to - from))}${'░'.repeat(Math.max(0, to - from - solid))}`;
  return `${clipped(label, nameWidth)} ${durationText(row.span.durationMs).padStart(8)}  ${bar}`;
}

/** Parents before their children, siblings by start; a span whose parent is not there is a root. */
function toRows(trace: Trace): Row[] {
  const ids = new Set(trace.spans.map((span) => span.spanId));
  const children = Map.groupBy(trace.spans, (span) =>
    span.parentSpanId !== null && ids.has(span.parentSpanId) ? span.parentSpanId : '',
  );
  const origin = trace.spans.reduce(
    (least, span) => (nanosOf(span) < least ? nanosOf(span) : least),
    nanosOf(trace.spans[0]),
  );
  const fromMs = (span: Span): number => Number(nanosOf(span) - origin) / 1e6;
  const rows: Row[] = [];
  const seen = new Set<string>();
  const visit = (span: Span, depth: number, parent: Row | null): void => {
    if (seen.has(span.spanId)) return;
    seen.add(span.spanId);
    const start = fromMs(span);
    const waitedFromMs = parent !== null && (span.kind === 'consumer' || start >= parent.toMs) ? parent.toMs : null;
    const row = { span, depth, fromMs: start, toMs: start + span.durationMs, waitedFromMs };
    rows.push(row);
    for (const child of sorted(children.get(span.spanId) ?? [])) visit(child, depth + 1, row);
  };
  for (const root of sorted(children.get('') ?? [])) visit(root, 0, null);
  for (const span of trace.spans) visit(span, 0, null);
  return rows;
}

function sorted(spans: readonly Span[]): Span[] {
  return [...spans].sort((left, right) => (nanosOf(left) < nanosOf(right) ? -1 : 1));
}

function nanosOf(span: Span | undefined): bigint {
  return BigInt(span?.startTimeUnixNano ?? '0');
}

function durationText(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  return ms >= 100 ? `${Math.round(ms)} ms` : `${Number(ms.toPrecision(2))} ms`;
}

function clipped(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
