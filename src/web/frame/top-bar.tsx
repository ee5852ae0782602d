/** The bar on top: the pages, the search line, how old the numbers are, the theme. */
import { useState } from 'preact/hooks';
import type { AlertAnswer, StatusAnswer } from '../../contract/index.ts';
import { type Answer, useAnswer } from '../answers.ts';
import { isCounted } from '../format/alert-sentence.ts';
import { navigate } from '../location.ts';
import { Age } from '../parts/age.tsx';
import { pathOfPastedId, pathTo, type Route } from '../router.ts';
import { applyTheme, nextTheme, storedTheme } from '../theme.ts';

const pages = [
  { name: 'Overview', path: pathTo.overview, of: ['overview', 'objective'], key: 'g o' },
  { name: 'Alerts', path: pathTo.alerts, of: ['alerts', 'alert', 'runbooks', 'runbook'], key: 'g a' },
  { name: 'Probes', path: pathTo.probes, of: ['probes', 'probe'], key: 'g p' },
  { name: 'Domains', path: pathTo.domains, of: ['domains', 'domain'], key: 'g d' },
  { name: 'Map', path: pathTo.map, of: ['map'], key: 'g m' },
  { name: 'Traces', path: pathTo.traces, of: ['traces', 'trace', 'correlation'], key: 'g t' },
  { name: 'Logs', path: pathTo.logs, of: ['logs'], key: 'g l' },
  { name: 'Extraction', path: pathTo.extraction, of: ['extraction'], key: 'g e' },
  { name: 'Rehearsals', path: pathTo.rehearsals, of: ['rehearsals', 'rehearsal'], key: 'g r' },
  { name: 'Status', path: pathTo.status, of: ['status'], key: 'g s' },
] as const;

/** The header of every page. */
export function TopBar(props: {
  readonly route: Route;
  readonly status: Answer<StatusAnswer>;
  readonly onHelp: () => void;
}) {
  return (
    <header class="top">
      <a class="name" href={pathTo.overview}>
        Seamwatch
      </a>
      <nav aria-label="Pages">
        {pages.map((page) => (
          <a
            key={page.path}
            href={page.path}
            title={`${page.name} (${page.key})`}
            aria-current={isCurrent(page.of, props.route) ? 'page' : undefined}
          >
            {page.name}
            {page.path === pathTo.alerts && <OpenCount />}
          </a>
        ))}
      </nav>
      <Search />
      <Freshness status={props.status} />
      <ThemeButton />
      <button type="button" class="quiet-button" onClick={props.onHelp} title="Keys (?)" aria-label="List of keys">
        ?
      </button>
    </header>
  );
}

/** How many alerts are open that are not mere notes; nothing when there are none. */
function OpenCount() {
  const alerts = useAnswer<readonly AlertAnswer[]>('/alerts', 2000);
  const open = (alerts.data ?? []).filter(isCounted).length;
  if (open === 0) return null;
  return (
    <span class="open-count">
      {open}
      <span class="hidden"> open</span>
    </span>
  );
}

function isCurrent(names: readonly string[], route: Route): boolean {
  return names.includes(route.page);
}

function Search() {
  return (
    <form
      class="search"
      onSubmit={(event) => {
        event.preventDefault();
        const field = new FormData(event.currentTarget).get('id');
        const path = typeof field === 'string' ? pathOfPastedId(field) : null;
        if (path === null) return;
        event.currentTarget.reset();
        navigate(path);
      }}
    >
      <input
        id="search"
        name="id"
        type="search"
        aria-label="Trace or correlation ID"
        placeholder="Trace or correlation ID"
        autocomplete="off"
        spellcheck={false}
      />
      <kbd title="Press / to search">/</kbd>
    </form>
  );
}

function Freshness({ status }: { readonly status: Answer<StatusAnswer> }) {
  if (status.failure !== null)
    return <span class="fresh is-stale">{status.failure.status === 401 ? 'signed out' : 'not reachable'}</span>;
  const watermark = status.data?.watermark ?? null;
  if (watermark === null) return <span class="fresh">{status.data === null ? 'connecting' : 'no data yet'}</span>;
  return (
    <a class="fresh" href={pathTo.status} title="The watermark: numbers are complete up to here">
      complete to <Age at={watermark} ago />
    </a>
  );
}

function ThemeButton() {
  const [theme, setTheme] = useState(storedTheme);
  const change = () => {
    const next = nextTheme(theme);
    applyTheme(next);
    setTheme(next);
  };
  const words = { system: 'as the system', light: 'light', dark: 'dark' };
  return (
    <button
      type="button"
      class="quiet-button"
      onClick={change}
      title={`Theme: ${words[theme]}`}
      aria-label={`Theme: ${words[theme]}. Change it.`}
    >
      <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
        <circle cx="6" cy="6" r="5" fill="none" stroke="currentColor" />
        <path
          d={theme === 'light' ? '' : theme === 'dark' ? 'M6 1a5 5 0 0 1 0 10A5 5 0 0 1 6 1' : 'M6 1a5 5 0 0 1 0 10z'}
          fill="currentColor"
        />
      </svg>
    </button>
  );
}
