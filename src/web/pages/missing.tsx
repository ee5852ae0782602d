/** A path that is no page. */
import { Empty } from '../parts/notice.tsx';
import { useTitle } from '../parts/title.ts';
import { pathTo } from '../router.ts';

/** Names the pages that exist. */
export function MissingPage() {
  useTitle('No such page');
  return (
    <Empty title="There is no page at this address.">
      <p>
        <a href={pathTo.overview}>Overview</a>, <a href={pathTo.extraction}>Extraction</a>,{' '}
        <a href={pathTo.domains}>Domains</a>, <a href={pathTo.traces}>Traces</a>, <a href={pathTo.alerts}>Alerts</a>,{' '}
        <a href={pathTo.probes}>Probes</a>, <a href={pathTo.rehearsals}>Rehearsals</a>,{' '}
        <a href={pathTo.runbooks}>Runbooks</a>, <a href={pathTo.status}>Status</a>
      </p>
    </Empty>
  );
}
