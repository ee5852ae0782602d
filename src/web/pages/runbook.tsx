/** What to do for each kind of alert: the list, and one runbook as it is written. */
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { RunbookAnswer } from '../../contract/index.ts';
import { useAnswer } from '../answers.ts';
import { plural } from '../format/words.ts';
import { Empty, Loaded } from '../parts/notice.tsx';
import { useTitle } from '../parts/title.ts';
import { pathTo } from '../router.ts';

/** `/runbooks`. */
export function RunbooksPage() {
  useTitle('Runbooks');
  const runbooks = useAnswer<readonly RunbookAnswer[]>('/runbooks', 60_000);
  return (
    <Loaded answer={runbooks} what="the runbooks">
      {(list) =>
        list.length === 0 ? (
          <Empty title="This instance brings no runbooks." />
        ) : (
          <>
            <h1 class="sentence">{`${plural(list.length, 'runbook')}: what to do when something alerts.`}</h1>
            <ul class="plain next">
              {list.map((one) => (
                <li key={one.id}>
                  <a data-row href={pathTo.runbook(one.id)}>
                    {one.title}
                  </a>
                </li>
              ))}
            </ul>
          </>
        )
      }
    </Loaded>
  );
}

/** `/runbooks/:id`. */
export function RunbookPage({ id }: { readonly id: string }) {
  const answer = useAnswer<RunbookAnswer>(pathTo.runbook(id), 60_000);
  useTitle(answer.data?.title ?? 'Runbook');
  const Markdown = useMarkdown();
  return (
    <Loaded answer={answer} what="the runbook">
      {(runbook) => (
        <>
          <p class="trail">
            <a href={pathTo.alerts}>Alerts</a> / <a href={pathTo.runbooks}>Runbooks</a> / {runbook.id}
          </p>
          {Markdown === null ? <pre>{runbook.markdown}</pre> : <Markdown text={runbook.markdown} />}
        </>
      )}
    </Loaded>
  );
}

type MarkdownPart = ComponentType<{ readonly text: string }>;

/** The renderer is loaded when the first runbook is shown; until then the text stands as it is written. */
function useMarkdown(): MarkdownPart | null {
  const [part, setPart] = useState<{ readonly Markdown: MarkdownPart } | null>(null);
  useEffect(() => {
    let gone = false;
    void import('../parts/markdown.tsx').then((loaded) => {
      if (gone) return;
      setPart(loaded);
      const { hash } = window.location;
      if (hash !== '')
        window.requestAnimationFrame(() =>
          document.getElementById(decodeURIComponent(hash.slice(1)))?.scrollIntoView(),
        );
    });
    return () => {
      gone = true;
    };
  }, []);
  return part?.Markdown ?? null;
}
