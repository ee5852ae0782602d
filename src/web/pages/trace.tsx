/** A trace, or all traces under one correlation id as one picture. */
import { useMemo, useState } from 'preact/hooks';
import type { Trace } from '../../contract/index.ts';
import { useAnswer } from '../answers.ts';
import { durationText } from '../format/number.ts';
import { absoluteText } from '../format/time.ts';
import { traceSentence } from '../format/trace-sentence.ts';
import { keepUnits, plural } from '../format/words.ts';
import { navigate, useLocation } from '../location.ts';
import { DomainName } from '../parts/domain-name.tsx';
import { Empty, Loaded } from '../parts/notice.tsx';
import { useTitle } from '../parts/title.ts';
import { pathTo } from '../router.ts';
import { isInBrowser } from '../trace/browser.ts';
import { mergeEdges } from '../trace/edges.ts';
import { layoutTraces, type Waterfall } from '../trace/layout.ts';
import { marksByRow, placeLogs } from '../trace/log-marks.ts';
import { LogPanel } from '../trace/log-panel.tsx';
import { SpanPanel } from '../trace/span-panel.tsx';
import { WaterfallTable } from '../trace/waterfall.tsx';
import { Where } from '../trace/where.tsx';

const youngMs = 5_000;

/** `/traces/:id`. */
export function TracePage({ id }: { readonly id: string }) {
  useTitle(`Trace ${id.slice(0, 8)}`);
  const answer = useAnswer<Trace>(pathTo.trace(id), youngMs);
  return (
    <Loaded answer={answer} what="the trace">
      {(trace) => <Picture traces={[trace]} correlationId={trace.correlationId} isJoint={false} />}
    </Loaded>
  );
}

/** `/correlations/:id`: one joint waterfall. */
export function CorrelationPage({ id }: { readonly id: string }) {
  useTitle(`Correlation ${id.slice(0, 13)}`);
  const answer = useAnswer<readonly Trace[]>(pathTo.correlation(id), youngMs);
  return (
    <Loaded answer={answer} what="the correlation">
      {(traces) =>
        traces.length === 0 ? (
          <Empty title="Nothing is kept under this correlation ID." command={`npx seamwatch trace ${id}`}>
            <p>Traces are kept for the configured retention; the newest appear within a few seconds.</p>
          </Empty>
        ) : (
          <Picture traces={traces} correlationId={id} isJoint />
        )
      }
    </Loaded>
  );
}

function Picture({
  traces: given,
  correlationId,
  isJoint,
}: {
  readonly traces: readonly Trace[];
  readonly correlationId: string | null;
  readonly isJoint: boolean;
}) {
  const { path, query } = useLocation();
  const traces = useMemo(() => [...given].sort((a, b) => a.startTime.localeCompare(b.startTime)), [given]);
  const [fold, setFold] = useState(true);
  const waterfall = useMemo(() => layoutTraces(traces, fold), [traces, fold]);
  const { figures } = useMemo(() => layoutTraces(traces, true), [traces]);
  const logs = useMemo(() => placeLogs(traces, waterfall), [traces, waterfall]);
  const selected = query.get('span');
  const row = waterfall.rows.find((one) => one.key === selected) ?? null;
  const select = (key: string | null) =>
    navigate(key === null || key === selected ? path : `${path}?span=${encodeURIComponent(key)}`, { replace: true });
  const show = (key: string) => {
    if (!waterfall.rows.some((one) => one.key === key)) setFold(false);
    select(key);
  };
  return (
    <>
      <h1 class="sentence">{keepUnits(traceSentence(traces, figures))}</h1>
      <Facts traces={traces} correlationId={correlationId} isJoint={isJoint} spans={figures.spans} />
      <Where traces={traces} onSelect={show} />
      <div class={row ? 'with-aside is-trace' : ''}>
        <div>
          <WaterfallTable waterfall={waterfall} selected={selected} onSelect={select} marks={marksByRow(logs)} />
          <FoldButton waterfall={waterfall} fold={fold} onChange={setFold} />
          <Legend traces={traces} hasLogs={logs.length > 0} />
          <LogPanel logs={logs} traces={traces} selected={selected} />
          <Edges traces={traces} />
        </div>
        {row && (
          <SpanPanel
            row={row}
            startMs={waterfall.startMs}
            logs={logs.filter((log) => log.rowKey === row.key)}
            isShown={(key) => waterfall.rows.some((one) => one.key === key)}
            onSelect={show}
            onClose={() => select(null)}
          />
        )}
      </div>
    </>
  );
}

function Facts(props: {
  readonly traces: readonly Trace[];
  readonly correlationId: string | null;
  readonly isJoint: boolean;
  readonly spans: number;
}) {
  const first = props.traces[0];
  if (!first) return null;
  return (
    <p class="facts">
      <span>{absoluteText(first.startTime)}</span>
      <span>{plural(props.spans, 'span')}</span>
      {props.isJoint ? (
        <span>
          {plural(props.traces.length, 'trace')}:{' '}
          {props.traces.map((trace) => (
            <a key={trace.traceId} class="code" href={pathTo.trace(trace.traceId)} title={trace.rootName}>
              {trace.traceId.slice(0, 8)}{' '}
            </a>
          ))}
        </span>
      ) : (
        <span>
          trace <span class="code">{first.traceId}</span>
        </span>
      )}
      {props.correlationId === null ? (
        <span>no correlation ID</span>
      ) : (
        <span>
          correlation{' '}
          {props.isJoint ? (
            <span class="code">{props.correlationId}</span>
          ) : (
            <a
              class="code"
              href={pathTo.correlation(props.correlationId)}
              title="One picture of every trace under this correlation ID"
            >
              {props.correlationId}
            </a>
          )}
        </span>
      )}
      {props.traces.some((trace) => trace.synthetic) && <span class="legend-simulated">simulated</span>}
    </p>
  );
}

/** Only there when something is folded, or was. */
function FoldButton(props: {
  readonly waterfall: Waterfall;
  readonly fold: boolean;
  readonly onChange: (fold: boolean) => void;
}) {
  const folded = props.waterfall.rows.filter((row) => row.count > 1).reduce((sum, row) => sum + row.count, 0);
  if (props.fold && folded === 0) return null;
  return (
    <p class="note">
      <button type="button" onClick={() => props.onChange(!props.fold)}>
        {props.fold ? `Unfold ${folded} alike calls` : 'Fold alike calls'}
      </button>
    </p>
  );
}

function Legend({ traces, hasLogs }: { readonly traces: readonly Trace[]; readonly hasLogs: boolean }) {
  const spans = traces.flatMap((trace) => trace.spans);
  const named = spans.filter((span) => span.domain !== null || !isInBrowser(span));
  const domains = [...new Set(named.map((span) => span.domain))];
  return (
    <p class="legend">
      {domains.map((domain) => (
        <DomainName key={domain ?? ''} id={domain} />
      ))}
      {spans.some(isInBrowser) && (
        <span>
          <span class="in-browser">browser</span> ran in a browser
        </span>
      )}
      <span>
        <i class="key-own" /> itself
      </span>
      <span>
        <i class="key-waiting" /> waiting for a call
      </span>
      <span>
        <i class="key-bus" /> on the bus or queued
      </span>
      <span>
        <i class="key-path" /> critical path
      </span>
      {hasLogs && (
        <span>
          <i class="key-log" /> logged
        </span>
      )}
    </p>
  );
}

function Edges({ traces }: { readonly traces: readonly Trace[] }) {
  const edges = mergeEdges(traces.flatMap((trace) => trace.edges));
  if (edges.length === 0) return null;
  return (
    <section class="seams">
      <h2>
        Seams crossed <span class="quiet">calls from one domain to another in this picture</span>
      </h2>
      <div class="frame">
        <table class="dense fit">
          <thead>
            <tr>
              <th scope="col">From</th>
              <th scope="col">To</th>
              <th scope="col">Mode</th>
              <th scope="col" class="number">
                Calls
              </th>
              <th scope="col" class="number">
                Together
              </th>
            </tr>
          </thead>
          <tbody>
            {edges.map((edge) => (
              <tr key={`${edge.from} ${edge.to} ${edge.mode}`}>
                <td>
                  <DomainName id={edge.from} />
                </td>
                <td>
                  <DomainName id={edge.to} />
                </td>
                <td>{edge.mode}</td>
                <td class="number">{edge.calls}</td>
                <td class="number">{durationText(edge.totalMs)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
