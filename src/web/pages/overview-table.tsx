/** All objectives as one dense table, grouped by domain, the worst first. */
import type { ObjectiveAnswer } from '../../contract/index.ts';
import {
  countText,
  durationText,
  noNumber,
  percentText,
  shareOf,
  shareText,
  significant,
  targetText,
} from '../format/number.ts';
import { groupObjectives, type ObjectiveGroup, objectiveMark } from '../format/state.ts';
import { windowText } from '../format/time.ts';
import { Age } from '../parts/age.tsx';
import { BudgetBar } from '../parts/budget-bar.tsx';
import { DayStrip } from '../parts/day-strip.tsx';
import { DomainName } from '../parts/domain-name.tsx';
import { Shape, State } from '../parts/mark.tsx';
import { pathTo } from '../router.ts';

const states = ['breached', 'unknown', 'met', 'notApplicable'] as const;

interface TableProps {
  readonly objectives: readonly ObjectiveAnswer[];
  /** One state to show; null shows all. */
  readonly only: string | null;
  /** Without the line of filters. */
  readonly plain?: boolean;
}

/** The table, and above it the counts that filter it. */
export function ObjectiveTable({ objectives, only, plain = false }: TableProps) {
  const shown = objectives.filter((one) => only === null || one.state === only);
  return (
    <section>
      {!plain && <Filter objectives={objectives} only={only} />}
      <div class="frame">
        <table class={`dense objectives${plain ? ' is-plain' : only === null ? ' is-all' : ''}`}>
          <caption class="hidden">Objectives, grouped by domain, the worst first</caption>
          <Heads objectives={objectives} />
          {groupObjectives(shown).map((group) => (
            <Group key={group.domain ?? ''} group={group} />
          ))}
        </table>
      </div>
    </section>
  );
}

function Heads({ objectives }: { readonly objectives: readonly ObjectiveAnswer[] }) {
  const now = windowText(objectives[0]?.now.window ?? '5m');
  const simulated = objectives.some((one) => one.synthetic);
  return (
    <thead>
      <tr>
        <th scope="col">Domain</th>
        <th scope="col">State</th>
        <th scope="col">Objective</th>
        <Head title="Good" window={now} />
        <th scope="col" class="number">
          Target
        </th>
        <Head title="p95" window={now} />
        <Head title="n" window={now} />
        <th scope="col">
          Budget left
          <span class="below">{windowText(objectives[0]?.window ?? '30d')}</span>
        </th>
        <Head title="Burn" window="1 hour" />
        <th scope="col">
          30 days
          <span class="below">{simulated ? <span class="legend-simulated">simulated</span> : 'daily state'}</span>
        </th>
        <Head title="Data" window="ago" />
      </tr>
    </thead>
  );
}

function Head({ title, window }: { readonly title: string; readonly window: string }) {
  return (
    <th scope="col" class="number">
      {title}
      <span class="below">{window}</span>
    </th>
  );
}

function Filter({
  objectives,
  only,
}: {
  readonly objectives: readonly ObjectiveAnswer[];
  readonly only: string | null;
}) {
  return (
    <p class="filter">
      <a href="/" aria-current={only === null ? 'true' : undefined}>
        {objectives.length} objectives
      </a>
      {states.map((state) => {
        const count = objectives.filter((one) => one.state === state).length;
        if (count === 0) return null;
        const mark = objectiveMark[state];
        return (
          <a
            key={state}
            href={`/?state=${state}`}
            aria-current={only === state ? 'true' : undefined}
            class={`tone-${mark.tone}`}
          >
            <Shape tone={mark.tone} /> {count} {mark.word}
          </a>
        );
      })}
    </p>
  );
}

function Group({ group }: { readonly group: ObjectiveGroup }) {
  return (
    <tbody>
      {group.objectives.map((objective, at) => (
        <Row key={objective.id} objective={objective} group={at === 0 ? group : null} />
      ))}
    </tbody>
  );
}

function Row({ objective, group }: { readonly objective: ObjectiveAnswer; readonly group: ObjectiveGroup | null }) {
  const share = shareOf(objective.now.good, objective.now.total);
  const hour = objective.burn.find((one) => one.window === '1h')?.rate ?? null;
  return (
    <tr class={`is-${objective.state}`}>
      {group && (
        <th scope="rowgroup" rowSpan={group.objectives.length}>
          {group.domain === null ? 'all domains' : <DomainName id={group.domain} />}
        </th>
      )}
      <td>
        <State mark={objectiveMark[objective.state]} title={objective.reason} />
      </td>
      <td class="what">
        <a data-row href={pathTo.objective(objective.id)} title={`${objective.id}, ${objective.source}`}>
          {objective.sentence}
        </a>
        <span class="only-narrow quiet"> {objective.group?.domain ?? objective.domain ?? 'all domains'}</span>
        {(objective.state === 'unknown' || objective.state === 'breached') && objective.reason !== null && (
          <small>{objective.reason}</small>
        )}
      </td>
      <td
        class="number"
        title={`${objective.now.good} good of ${objective.now.total} in ${windowText(objective.now.window)}`}
      >
        {shareText(share, objective.target)}
      </td>
      <td class="number quiet" title={objective.source}>
        {targetText(objective.target)}
      </td>
      <td class="number" title={objective.threshold === null ? undefined : `good is ${objective.threshold}`}>
        {durationText(objective.now.p95Ms)}
      </td>
      <td class="number quiet" title={`${objective.now.total} events in ${windowText(objective.now.window)}`}>
        {objective.now.total === 0 ? noNumber : countText(objective.now.total)}
      </td>
      <td title={`n ${countText(objective.total)}`}>
        {objective.state === 'notApplicable' ? (
          <span class="quiet">{noNumber}</span>
        ) : (
          <BudgetBar budgetRemaining={objective.budgetRemaining} window={windowText(objective.window)} />
        )}
      </td>
      <td class={`number${hour !== null && hour > 1 ? ' tone-breached' : ''}`} title={burnTitle(hour)}>
        {hour === null ? noNumber : `${significant(hour)}×`}
      </td>
      <td>
        {objective.state === 'notApplicable' ? (
          <span class="quiet">{noNumber}</span>
        ) : (
          <DayStrip days={objective.days} target={objective.target} />
        )}
      </td>
      <td class="number quiet">
        <Age at={objective.lastDataAt} />
      </td>
    </tr>
  );
}

function burnTitle(hour: number | null): string {
  if (hour === null) return 'no events in the last hour';
  return `in the last hour the budget was spent at ${percentText(hour)} of the even pace; 1× spends exactly all of it over the window`;
}
