/** Where a run can be looked at: its trace on the server side, and all traces of its correlation. */
import { pathTo } from '../router.ts';

/** Links to both, as far as they are known. */
export function Evidence({
  traceId,
  correlationId,
}: {
  readonly traceId: string | null;
  readonly correlationId: string | null;
}) {
  if (traceId === null && correlationId === null) return <span class="quiet">no trace</span>;
  return (
    <span class="evidence">
      {traceId !== null && (
        <a href={pathTo.trace(traceId)} title={`trace ${traceId}`}>
          trace
        </a>
      )}
      {correlationId !== null && (
        <a href={pathTo.correlation(correlationId)} title={`correlation ${correlationId}`}>
          correlation
        </a>
      )}
    </span>
  );
}
