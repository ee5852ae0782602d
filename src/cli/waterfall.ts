/** One waterfall for the terminal: a bar a span, solid while it worked itself, light while it waited, dotted across the bus. */
import type { Span, Trace } from '../contract/index.ts';
import { type TimeScale, timeScale } from './time-scale.ts';
import { criticalLine, durationText, nameOf, ownerOf, slowestLine, spanNotes } from './trace-words.ts';
import { cutLine, logLines } from './waterfall-logs.ts';

interface Row {
  readonly span: Span;
  readonly depth: number;
  /** From the start of the first span of all. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Where the wait before an asynchronous span began; null for others. */
  readonly waitedFromMs: number | null;
  readonly isCritical: boolean;
}

const durationWidth = 9;
const legend = '█ works itself  ░ waits for others  ┄ on the bus  * critical path  ! failed';

/** `columns` is the width of the terminal. All traces share one axis, on which long quiet stretches are shortened. */
export function renderWaterfall(id: string, traces: readonly Trace[], columns: number): string {
  const origin = traces
    .flatMap((one) => one.spans)
    .reduce<bigint | null>((least, span) => {
      const start = nanosOf(span);
      return least === null || start < least ? start : least;
    }, null);
  const parts = traces.map((trace) => ({ trace, rows: toRows(trace, origin ?? 0n) }));
  const all = parts.flatMap(({ rows }) => rows);
  const nameWidth = Math.min(Math.max(...all.map((row) => labelOf(row).length), 20), Math.floor(columns * 0.5));
  const width = Math.max(20, columns - nameWidth - durationWidth - 3);
  const scale = timeScale(all, width);
  const domains = [...new Set(traces.flatMap((one) => one.domains))];
  const lines = [
    ...titleOf(
      `${id}: ${count(traces.length, 'trace')}, ${count(all.length, 'span')}`,
      `across ${domains.join(', ') || 'no domain'}`,
      columns,
    ),
    ...parts.flatMap(({ trace, rows }) => [
      '',
      ...headOf(trace, rows, columns),
      ...rows.flatMap((row) => [renderRow(row, scale, nameWidth), ...linesBelow(row, trace, columns)]),
      ...linesOfNoSpan(rows, trace, columns),
      ...[...criticalLine(trace), ...slowestLine(trace)].map((line) => cutLine(`  ${line}`, columns)),
    ]),
    '',
    ...quietLine(scale),
    legend,
  ];
  return `${lines.join('\n')}\n`;
}

/** The domains have a line of their own where the terminal is too narrow for both. */
function titleOf(head: string, across: string, columns: number): string[] {
  const whole = `${head} ${across}`;
  return whole.length <= columns ? [whole] : [head, cutLine(`  ${across}`, columns)];
}

/** The id has a line of its own where the terminal is too narrow for both. */
function headOf(trace: Trace, rows: readonly Row[], columns: number): string[] {
  const startMs = Math.min(...rows.map((row) => row.fromMs));
  const when = startMs === 0 ? trace.startTime : `${durationText(startMs)} later`;
  const marks = `${trace.error ? ' · failed' : ''}${trace.synthetic ? ' · simulated' : ''}`;
  const head = `── ${when} · ${trace.rootName} · ${durationText(trace.durationMs)}${marks}`;
  const whole = `${head} · ${trace.traceId}`;
  return whole.length <= columns ? [whole] : [cutLine(head, columns), `   ${trace.traceId}`];
}

function quietLine({ shortened }: TimeScale): string[] {
  if (shortened.length === 0) return [];
  const longest = shortened.map((gap) => durationText(gap.toMs - gap.fromMs)).slice(0, 4);
  return [
    `Quiet stretches are drawn shorter than they were: ${longest.join(', ')}${shortened.length > 4 ? ', …' : ''}.`,
  ];
}

function linesBelow({ span, depth }: Row, trace: Trace, columns: number): string[] {
  const logs = trace.logs.filter((one) => one.spanId === span.spanId);
  const indent = 4 + depth * 2;
  const notes = spanNotes(span).map((note) => cutLine(`${' '.repeat(indent)}${note}`, columns));
  return [...notes, ...logLines(logs, indent, columns)];
}

/** Records of the trace that name no span, or one that did not arrive. */
function linesOfNoSpan(rows: readonly Row[], trace: Trace, columns: number): string[] {
  const known = new Set(rows.map(({ span }) => span.spanId));
  const logs = trace.logs.filter((one) => one.spanId === null || !known.has(one.spanId));
  return logs.length === 0 ? [] : ['  logged outside of these spans:', ...logLines(logs, 4, columns)];
}

function renderRow(row: Row, scale: TimeScale, nameWidth: number): string {
  const from = scale.column(row.fromMs);
  const to = Math.max(from + 1, scale.column(row.toMs));
  const selfShare = row.span.selfMs / Math.max(row.span.durationMs, 0.001);
  const solid = Math.min(to - from, Math.max(row.span.selfMs > 0 ? 1 : 0, Math.round((to - from) * selfShare)));
  const waited = row.waitedFromMs === null ? from : Math.min(from, scale.column(row.waitedFromMs));
  const bar = `${' '.repeat(waited)}${'┄'.repeat(from - waited)}${'█'.repeat(solid)}${'░'.repeat(to - from - solid)}`;
  return `${clipped(labelOf(row), nameWidth)} ${durationText(row.span.durationMs).padStart(durationWidth)}  ${bar}`;
}

function labelOf({ span, depth, isCritical }: Row): string {
  const mark = span.status === 'error' ? '!' : isCritical ? '*' : ' ';
  return `${mark} ${'  '.repeat(depth)}${ownerOf(span)} · ${nameOf(span)}`;
}

/** Parents before their children, siblings by start; a span whose parent is not there is a root. */
function toRows(trace: Trace, origin: bigint): Row[] {
  const ids = new Set(trace.spans.map((span) => span.spanId));
  const children = Map.groupBy(trace.spans, (span) =>
    span.parentSpanId !== null && ids.has(span.parentSpanId) ? span.parentSpanId : '',
  );
  const critical = new Set(trace.criticalPath);
  const rows: Row[] = [];
  const seen = new Set<string>();
  const visit = (span: Span, depth: number, parent: Row | null): void => {
    if (seen.has(span.spanId)) return;
    seen.add(span.spanId);
    const fromMs = Number(nanosOf(span) - origin) / 1e6;
    const isLater = parent !== null && (span.kind === 'consumer' || fromMs >= parent.toMs);
    const waitedFromMs = isLater ? parent.toMs : null;
    const row = {
      span,
      depth,
      fromMs,
      toMs: fromMs + span.durationMs,
      waitedFromMs,
      isCritical: critical.has(span.spanId),
    };
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

function nanosOf(span: Span): bigint {
  return BigInt(span.startTimeUnixNano);
}

function clipped(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
