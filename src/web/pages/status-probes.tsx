/** Do the probes still run: how many, how late the latest is. */
import type { ProbeAnswer } from '../../contract/index.ts';
import type { Answer } from '../answers.ts';
import { durationText } from '../format/number.ts';
import { lateProbes } from '../format/watcher-sentence.ts';
import { numberWord, plural } from '../format/words.ts';
import { Age, useNow } from '../parts/age.tsx';
import { State } from '../parts/mark.tsx';
import { pathTo } from '../router.ts';

/** Whether they run, not what they found: that is on the page of probes. */
export function ProbeFreshness({ answer }: { readonly answer: Answer<readonly ProbeAnswer[]> }) {
  const nowMs = useNow();
  const probes = answer.data;
  return (
    <section>
      <h2>
        <a href={pathTo.probes}>Probes</a> <span class="quiet">do they run</span>
      </h2>
      {probes === null ? (
        <p class="quiet">{answer.failure?.message ?? 'Reading the probes…'}</p>
      ) : probes.length === 0 ? (
        <p class="quiet">
          None is configured: uptime stays unknown. They stand in the section probes of seamwatch.yaml.
        </p>
      ) : (
        <Runs probes={probes} late={lateProbes(probes, nowMs)} />
      )}
    </section>
  );
}

function Runs({ probes, late }: { readonly probes: readonly ProbeAnswer[]; readonly late: readonly ProbeAnswer[] }) {
  const runs = probes.flatMap(({ lastRunAt }) => (lastRunAt === null ? [] : [lastRunAt])).sort();
  const never = probes.filter(({ lastRunAt }) => lastRunAt === null);
  return (
    <>
      <dl class="pairs">
        <dt>Probes</dt>
        <dd>{probes.length}</dd>
        <dt>Last run of any</dt>
        <dd>{runs.length === 0 ? 'never' : <Age at={runs.at(-1) ?? null} ago />}</dd>
        <dt title="a probe is late when it has not run for three of its intervals">Late</dt>
        <dd>{late.length === 0 ? 'none' : plural(late.length, 'probe')}</dd>
        {never.length > 0 && (
          <>
            <dt>Never run</dt>
            <dd>
              {numberWord(never.length)}: {[...new Set(never.map(({ reason }) => reason ?? 'no reason'))].join('; ')}
            </dd>
          </>
        )}
      </dl>
      {late.length > 0 && (
        <ul class="plain">
          {late.map((one) => (
            <li key={one.id}>
              <State mark={{ word: 'late', tone: 'pending' }} /> <a href={pathTo.probe(one.id)}>{one.title}</a>{' '}
              <span class="quiet">
                every {durationText(one.everyMs)}, last <Age at={one.lastRunAt} ago />
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
