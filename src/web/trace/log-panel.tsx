/** The log records of a trace, below its waterfall. */
import { useState } from 'preact/hooks';
import type { Trace } from '../../contract/index.ts';
import { damagedSentence, offsetText } from '../format/log-words.ts';
import { plural } from '../format/words.ts';
import { pathTo } from '../router.ts';
import type { PlacedLog } from './log-marks.ts';
import { LogTable } from './log-table.tsx';

const firstRows = 100;
/** So many come with a trace; there may be more. */
const mostOfTrace = 500;

/** `selected` is the row of the waterfall that is open; its records are lifted. */
export function LogPanel(props: {
  readonly logs: readonly PlacedLog[];
  readonly traces: readonly Trace[];
  readonly selected: string | null;
}) {
  const [all, setAll] = useState(false);
  const { logs } = props;
  const damaged = damagedSentence(props.traces.reduce((sum, { unreadableLogs = 0 }) => sum + unreadableLogs, 0));
  if (logs.length === 0)
    return (
      <p class="note quiet">
        No log record carries {props.traces.length === 1 ? 'the ID of this trace' : 'the ID of one of these traces'}.{' '}
        {damaged} <a href={pathTo.logs}>Logs</a>
      </p>
    );
  const shown = all ? logs : logs.slice(0, firstRows);
  const cut = props.traces.filter((trace) => trace.logs.length >= mostOfTrace);
  return (
    <section class="log-panel">
      <h2>What was logged meanwhile</h2>
      <LogTable
        timeHeading="After"
        rows={shown.map(({ record, atMs, rowKey }) => ({
          record,
          when: offsetText(atMs),
          isMarked: rowKey !== null && rowKey === props.selected,
        }))}
      />
      {shown.length < logs.length && (
        <p>
          <button type="button" onClick={() => setAll(true)}>{`Show all ${plural(logs.length, 'record')}`}</button>
        </p>
      )}
      {damaged !== null && <p class="notice">{damaged}</p>}
      {cut.map((trace) => (
        <p key={trace.traceId} class="note">
          These are the first {mostOfTrace} of trace {trace.traceId.slice(0, 8)};{' '}
          <a href={`${pathTo.logs}?traceId=${trace.traceId}`}>all of them</a>
        </p>
      ))}
    </section>
  );
}
