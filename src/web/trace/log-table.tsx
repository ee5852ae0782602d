/** Log records as rows: when, how severe, in which domain, what they say; opened, everything that came with them. */
import { useState } from 'preact/hooks';
import type { LogRecord } from '../../contract/index.ts';
import { lineOf, momentText, severityMark } from '../format/log-words.ts';
import { DomainName } from '../parts/domain-name.tsx';
import { State } from '../parts/mark.tsx';
import { pathTo } from '../router.ts';
import { AttributeText } from './attribute-list.tsx';

/** A record with the words for its time; `isMarked` lifts the row. */
export interface LogRow {
  readonly record: LogRecord;
  readonly when: string;
  readonly isMarked?: boolean;
}

interface LogTableProps {
  readonly rows: readonly LogRow[];
  readonly timeHeading: string;
  /** Links to the trace of each record. */
  readonly withTraces?: boolean;
}

/** One row open at a time. */
export function LogTable({ rows, timeHeading, withTraces = false }: LogTableProps) {
  const [open, setOpen] = useState<string | null>(null);
  return (
    <div class="frame">
      <table class="dense logs">
        <thead>
          <tr>
            <th scope="col">{timeHeading}</th>
            <th scope="col">Severity</th>
            <th scope="col">Domain</th>
            <th scope="col">Text</th>
            {withTraces && <th scope="col">Trace</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => {
            const key = `${row.record.timeUnixNano} ${at}`;
            const isOpen = key === open;
            return (
              <Row
                key={key}
                row={row}
                isOpen={isOpen}
                withTraces={withTraces}
                onToggle={() => setOpen(isOpen ? null : key)}
              />
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Row(props: {
  readonly row: LogRow;
  readonly isOpen: boolean;
  readonly withTraces: boolean;
  readonly onToggle: () => void;
}) {
  const { record, when, isMarked } = props.row;
  const kind = `${props.isOpen ? 'is-open ' : ''}${isMarked ? 'is-selected' : ''}`;
  return (
    <>
      <tr class={kind}>
        <td class="moment" title={momentText(record)}>
          {when}
        </td>
        <td>
          <State mark={severityMark(record.severity)} title={record.severityText} />
        </td>
        <td>{record.domain === null ? <span class="quiet">none</span> : <DomainName id={record.domain} plain />}</td>
        <td class="log-text">
          <button type="button" data-row aria-expanded={props.isOpen} onClick={props.onToggle}>
            {lineOf(record)}
          </button>
        </td>
        {props.withTraces && (
          <td class="code">
            {record.traceId === null ? (
              <span class="quiet">none</span>
            ) : (
              <a href={traceLink(record, record.traceId)}>{record.traceId.slice(0, 8)}…</a>
            )}
          </td>
        )}
      </tr>
      {props.isOpen && (
        <tr class="opened">
          <td colSpan={props.withTraces ? 5 : 4}>
            <Everything record={record} />
          </td>
        </tr>
      )}
    </>
  );
}

/** To the span, when the record names it. */
function traceLink(record: LogRecord, traceId: string): string {
  const path = pathTo.trace(traceId);
  return record.spanId === null ? path : `${path}?span=${encodeURIComponent(`${traceId}:${record.spanId}`)}`;
}

function Everything({ record }: { readonly record: LogRecord }) {
  const facts: readonly (readonly [string, string | null])[] = [
    ['time', momentText(record)],
    ['service', record.serviceName],
    ['correlation', record.correlationId],
    ['trace', record.traceId],
    ['span', record.spanId],
    ['sent as', record.severityText],
  ];
  const names = Object.keys(record.attributes).sort();
  return (
    <>
      <pre class="log-body">{record.body === '' ? '(no text)' : record.body}</pre>
      <dl class="attributes log-attributes">
        {facts.map(([name, value]) => value !== null && <Pair key={name} name={name} value={value} />)}
        {names.map((name) => (
          <Pair key={`attribute ${name}`} name={name} value={record.attributes[name]} />
        ))}
      </dl>
    </>
  );
}

function Pair({ name, value }: { readonly name: string; readonly value: unknown }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <AttributeText value={value} />
      </dd>
    </div>
  );
}
