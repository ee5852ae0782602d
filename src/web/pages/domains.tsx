/** All domains as one table. */
import type { DomainRow } from '../../contract/index.ts';
import { useAnswer } from '../answers.ts';
import { durationText, noNumber, percentText, significant } from '../format/number.ts';
import { verdictMark } from '../format/state.ts';
import { capitalise, keepUnits, listAtMost, numberWord } from '../format/words.ts';
import { DomainName } from '../parts/domain-name.tsx';
import { Shape, State } from '../parts/mark.tsx';
import { Empty, Loaded } from '../parts/notice.tsx';
import { useTitle } from '../parts/title.ts';

/** `/domains`. */
export function DomainsPage() {
  useTitle('Domains');
  const domains = useAnswer<readonly DomainRow[]>('/domains');
  return (
    <Loaded answer={domains} what="the domains">
      {(list) =>
        list.length === 0 ? (
          <Empty title="The profile has no domains." command="npx seamwatch validate" />
        ) : (
          <>
            <h1 class="sentence">{keepUnits(domainsSentence(list))}</h1>
            <div class="frame">
              <DomainTable domains={list} />
            </div>
          </>
        )
      }
    </Loaded>
  );
}

/** "Twelve domains; notifications and search have breached objectives. Four carry no traffic." */
export function domainsSentence(domains: readonly DomainRow[]): string {
  const breached = domains.filter((one) => one.objectives.breached > 0).map((one) => one.id);
  const silent = domains.filter((one) => one.requestsPerMinute === null || one.requestsPerMinute === 0).length;
  const tail =
    silent === 0 ? '' : ` ${capitalise(numberWord(silent))} ${silent === 1 ? 'carries' : 'carry'} no traffic now.`;
  const middle =
    breached.length === 0
      ? 'none has a breached objective'
      : `${listAtMost(breached, 4)} ${breached.length === 1 ? 'has' : 'have'} breached objectives`;
  return `${capitalise(numberWord(domains.length))} domains; ${middle}.${tail}`;
}

function DomainTable({ domains }: { readonly domains: readonly DomainRow[] }) {
  const busiest = Math.max(1, ...domains.map((one) => one.requestsPerMinute ?? 0));
  return (
    <table class="dense">
      <thead>
        <tr>
          <th scope="col">Domain</th>
          <th scope="col">Priority</th>
          <th scope="col" class="number">
            Requests a minute
          </th>
          <th scope="col" class="number">
            Errors
          </th>
          <th scope="col" class="number">
            p95
          </th>
          <th scope="col">Objectives</th>
          <th scope="col">Strongly coupled with</th>
          <th scope="col">Verdict</th>
        </tr>
      </thead>
      <tbody>
        {domains.map((one) => (
          <Row key={one.id} domain={one} busiest={busiest} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ domain, busiest }: { readonly domain: DomainRow; readonly busiest: number }) {
  const rate = domain.requestsPerMinute;
  const bar = ((rate ?? 0) / busiest) * 60;
  return (
    <tr>
      <th scope="row" title={domain.title}>
        <DomainName id={domain.id} row />
      </th>
      <td class="quiet">{domain.priority ?? noNumber}</td>
      <td class="number">
        <span class="rate" title="against the busiest domain">
          <svg viewBox="0 0 60 8" width="60" height="8" aria-hidden="true">
            <rect x={60 - bar} y="1" width={bar} height="6" class="fill-quiet" />
          </svg>
          {rate === null ? noNumber : significant(rate)}
        </span>
      </td>
      <td class="number">{percentText(domain.errorRatio)}</td>
      <td class="number">{durationText(domain.p95Ms)}</td>
      <td>
        <ObjectiveCounts counts={domain.objectives} />
      </td>
      <td>
        {domain.strongNeighbours.length === 0 ? <span class="quiet">none</span> : domain.strongNeighbours.join(', ')}
      </td>
      <td>
        <State mark={verdictMark[domain.verdict]} />
      </td>
    </tr>
  );
}

/** Counts of each state with its shape; zeros are left out. */
function ObjectiveCounts({ counts }: { readonly counts: DomainRow['objectives'] }) {
  const kinds = [
    ['breached', 'breached', counts.breached],
    ['unknown', 'unknown', counts.unknown],
    ['met', 'met', counts.met],
    ['none', 'not applicable', counts.notApplicable],
  ] as const;
  const shown = kinds.filter(([, , count]) => count > 0);
  if (shown.length === 0) return <span class="quiet">none</span>;
  return (
    <span class="counts">
      {shown.map(([tone, word, count]) => (
        <span key={tone} class={`tone-${tone}`} title={`${count} ${word}`}>
          <Shape tone={tone} /> {count}
          <span class="hidden"> {word}</span>
        </span>
      ))}
    </span>
  );
}
