/** Search among traces: any id, or by domain, operation, attribute, duration and error. */
import type { TraceSummary } from '../../contract/index.ts';
import { useAnswer } from '../answers.ts';
import { durationText } from '../format/number.ts';
import { keepUnits, plural } from '../format/words.ts';
import { useLocation } from '../location.ts';
import { Empty, Loaded } from '../parts/notice.tsx';
import { useTitle } from '../parts/title.ts';
import { pathTo } from '../router.ts';
import { TraceSearchForm } from './trace-search-form.tsx';
import { TraceTable } from './trace-table.tsx';

const passed = [
  ...['domain', 'operation', 'root', 'attribute', 'minRootMs', 'minDurationMs', 'error', 'from', 'to'],
  ...['correlationId', 'cursor'],
];

/** `/traces?domain=&operation=&minDurationMs=&error=`; the address is the search. */
export function TracesPage() {
  useTitle('Traces');
  const { query } = useLocation();
  const asked = new URLSearchParams({ limit: '100' });
  for (const name of passed) {
    const value = query.get(name);
    if (value !== null && value !== '') asked.set(name, value);
  }
  const traces = useAnswer<readonly TraceSummary[]>(`/traces?${asked}`);
  return (
    <>
      <TraceSearchForm key={query.toString()} query={query} />
      <Loaded answer={traces} what="the traces">
        {(list) =>
          list.length === 0 ? (
            <NoTraces filtered={asked.size > 1} query={query} cursor={traces.meta?.nextCursor ?? null} />
          ) : (
            <>
              <h1 class="sentence">{keepUnits(tracesSentence(list, traces.meta?.nextCursor ?? null))}</h1>
              <TraceTable traces={list} />
              <Older cursor={traces.meta?.nextCursor ?? null} query={query} />
            </>
          )
        }
      </Loaded>
    </>
  );
}

/** "The latest 100 traces: the slowest answered after 412 ms, 3 failed." */
export function tracesSentence(traces: readonly TraceSummary[], nextCursor: string | null): string {
  const slowest = Math.max(...traces.map((one) => one.rootMs));
  const failed = traces.filter((one) => one.error).length;
  const head = nextCursor === null ? plural(traces.length, 'trace') : `The latest ${plural(traces.length, 'trace')}`;
  return `${head}: the slowest answered after ${durationText(slowest)}, ${failed === 0 ? 'none' : failed} failed.`;
}

function NoTraces(props: {
  readonly filtered: boolean;
  readonly query: URLSearchParams;
  readonly cursor: string | null;
}) {
  const { filtered, query, cursor } = props;
  if (cursor !== null) {
    return (
      <Empty title="None of the traces searched so far matches.">
        <p>One answer looks through a bounded number of traces, the newest first; older ones are kept.</p>
        <Older cursor={cursor} query={query} words="Search on among older traces" />
      </Empty>
    );
  }
  if (filtered) {
    return (
      <Empty title="No kept trace matches.">
        <p>
          Every condition must hold, and names are compared whole. <a href={pathTo.traces}>All traces</a>
        </p>
      </Empty>
    );
  }
  return (
    <Empty title="No trace has arrived yet." command="npx seamwatch demo">
      <p>
        The command starts a monolith with traffic. An own app sends its traces with any OpenTelemetry SDK (OTLP) to
        127.0.0.1:4318, or wraps its domains with <code>instrumentDomain</code>; they appear about a second after they
        end. <a href={pathTo.status}>What has arrived so far</a>
      </p>
    </Empty>
  );
}

function Older(props: { readonly cursor: string | null; readonly query: URLSearchParams; readonly words?: string }) {
  const { cursor, query, words = 'Older traces' } = props;
  if (cursor === null) return null;
  const next = new URLSearchParams(query);
  next.set('cursor', cursor);
  return (
    <p>
      <a href={`${pathTo.traces}?${next}`}>{words}</a>
    </p>
  );
}
