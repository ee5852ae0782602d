/** One alert: what it is, its life so far, where to look, who was told. */
import type { AlertAnswer, AlertLink } from '../../contract/index.ts';
import { useAnswer } from '../answers.ts';
import { alertSentence, mutedWords } from '../format/alert-sentence.ts';
import { timelineOf } from '../format/alert-timeline.ts';
import { alertMark, severityWords } from '../format/operation-marks.ts';
import { keepUnits } from '../format/words.ts';
import { AcknowledgeButton } from '../parts/acknowledge.tsx';
import { Age, useNow } from '../parts/age.tsx';
import { DomainName } from '../parts/domain-name.tsx';
import { FateTable } from '../parts/fates.tsx';
import { Shape, State } from '../parts/mark.tsx';
import { Loaded } from '../parts/notice.tsx';
import { SilenceButton } from '../parts/silence-form.tsx';
import { useTitle } from '../parts/title.ts';
import { pathTo } from '../router.ts';

/** `/alerts/:id`. */
export function AlertPage({ id }: { readonly id: string }) {
  const answer = useAnswer<AlertAnswer>(pathTo.alert(id));
  useTitle(answer.data?.summary ?? 'Alert');
  return (
    <Loaded answer={answer} what="the alert">
      {(alert) => (
        <>
          <Head alert={alert} />
          <div class="columns">
            <Timeline alert={alert} />
            <WhereToLook alert={alert} />
          </div>
          <section>
            <h2>Messages of the incident</h2>
            {alert.notifications.length === 0 ? (
              <p class="quiet">{alert.muted ? `None: ${mutedWords(alert)}.` : 'None was sent.'}</p>
            ) : (
              <FateTable notifications={alert.notifications} />
            )}
          </section>
        </>
      )}
    </Loaded>
  );
}

function Head({ alert }: { readonly alert: AlertAnswer }) {
  const now = useNow();
  return (
    <header class="page-head">
      <p class="trail">
        <a href={pathTo.alerts}>Alerts</a> / {alert.domain === null ? 'all domains' : <DomainName id={alert.domain} />}{' '}
        / {alert.rule}
      </p>
      <h1 class="sentence">{keepUnits(alertSentence(alert, now))}</h1>
      <p>{keepUnits(alert.reason)}</p>
      <p class="facts">
        <State mark={alertMark[alert.state]} />
        <span>{severityWords[alert.severity]}</span>
        {alert.muted && <span>{mutedWords(alert)}</span>}
      </p>
      <p class="act">
        <AcknowledgeButton alert={alert} />
        {alert.state !== 'resolved' && <SilenceButton alert={alert} alerts={[alert]} />}
      </p>
    </header>
  );
}

function Timeline({ alert }: { readonly alert: AlertAnswer }) {
  return (
    <section>
      <h2>What happened</h2>
      <ol class="timeline">
        {timelineOf(alert).map((moment) => (
          <li
            key={`${moment.at} ${moment.title}`}
            class={`tone-${moment.tone}${moment.at === null ? ' is-to-come' : ''}`}
          >
            <Shape tone={moment.tone} />
            <span class="when">{moment.at === null ? '' : <Age at={moment.at} ago />}</span>
            <span>
              <b>{moment.title}</b>
              {moment.detail !== '' && <small>{moment.detail}</small>}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The page of what the alert is about, unless it is among the links. */
function subjectLink(alert: AlertAnswer): readonly AlertLink[] {
  const paths: Readonly<Record<AlertAnswer['kind'], string>> = {
    'objective-page': pathTo.objective(alert.subject),
    'objective-burn': pathTo.objective(alert.subject),
    probe: pathTo.probe(alert.subject),
    trigger: pathTo.trigger(alert.subject),
    self: pathTo.status,
  };
  const path = paths[alert.kind];
  return alert.links.some((one) => one.path.endsWith(path)) ? [] : [{ text: alert.subject, path }];
}

function WhereToLook({ alert }: { readonly alert: AlertAnswer }) {
  const alerts = useAnswer<readonly AlertAnswer[]>('/alerts', 5000);
  const others = (alerts.data ?? []).filter(
    (one) => one.id !== alert.id && one.dedupKey === alert.dedupKey && one.state !== 'resolved',
  );
  return (
    <section>
      <h2>Where to look</h2>
      <ul class="plain">
        <li>
          <a data-row href={alert.runbook}>
            Runbook: what to do
          </a>
        </li>
        {[...subjectLink(alert), ...alert.links].map((link) => (
          <li key={link.path}>
            <a data-row href={link.path}>
              {link.text}
            </a>
          </li>
        ))}
      </ul>
      <h2 class="next">The same incident</h2>
      {others.length === 0 && <p class="quiet">No other alert belongs to it.</p>}
      <ul class="plain">
        {others.map((one) => (
          <li key={one.id}>
            <State mark={alertMark[one.state]} />{' '}
            <a data-row href={pathTo.alert(one.id)}>
              {one.summary}
            </a>
          </li>
        ))}
      </ul>
      <p class="quiet note" title={alert.dedupKey}>
        {`One incident is every ${alert.severity} of ${alert.domain ?? 'all domains together'}.`}
      </p>
    </section>
  );
}
