/** The frame around every page: navigation, search, the banner of simulated data, the page, its keys. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { StatusAnswer } from '../contract/index.ts';
import { useAnswer } from './answers.ts';
import { SimulatedBanner, StaleBanner } from './frame/banners.tsx';
import { KeyHelp } from './frame/key-help.tsx';
import { LoginGate } from './frame/login-gate.tsx';
import { SaidLine } from './frame/said-line.tsx';
import { TopBar } from './frame/top-bar.tsx';
import { listenToKeys } from './keyboard-listener.ts';
import { useLocation } from './location.ts';
import { AlertPage } from './pages/alert.tsx';
import { AlertsPage } from './pages/alerts.tsx';
import { DomainPage } from './pages/domain.tsx';
import { DomainsPage } from './pages/domains.tsx';
import { ExtractionPage } from './pages/extraction.tsx';
import { LogsPage } from './pages/logs.tsx';
import { MapPage } from './pages/map.tsx';
import { MissingPage } from './pages/missing.tsx';
import { ObjectivePage } from './pages/objective.tsx';
import { OverviewPage } from './pages/overview.tsx';
import { ProbePage } from './pages/probe.tsx';
import { ProbesPage } from './pages/probes.tsx';
import { RehearsalPage } from './pages/rehearsal.tsx';
import { RehearsalsPage } from './pages/rehearsals.tsx';
import { RunbookPage, RunbooksPage } from './pages/runbook.tsx';
import { StatusPage } from './pages/status.tsx';
import { CorrelationPage, TracePage } from './pages/trace.tsx';
import { TracesPage } from './pages/traces.tsx';
import { parseRoute, type Route } from './router.ts';

/** The whole console. */
export function App() {
  const { path } = useLocation();
  const route = parseRoute(path);
  const status = useAnswer<StatusAnswer>('/status');
  const [help, setHelp] = useState(false);
  useEffect(() => listenToKeys((open) => setHelp(open ?? false)), []);
  const main = useFocusOnPage(`${route.page} ${'id' in route ? route.id : ''}`);
  return (
    <>
      <a class="skip" href="#main">
        Skip to the page
      </a>
      <TopBar route={route} status={status} onHelp={() => setHelp(true)} />
      <SimulatedBanner status={status.data} />
      <StaleBanner status={status} />
      <main id="main" tabIndex={-1} ref={main}>
        <LoginGate />
        <Page route={route} />
      </main>
      <SaidLine />
      <KeyHelp open={help} onClose={() => setHelp(false)} />
    </>
  );
}

function Page({ route }: { readonly route: Route }) {
  switch (route.page) {
    case 'overview':
      return <OverviewPage />;
    case 'extraction':
      return <ExtractionPage opened={route.trigger} />;
    case 'domains':
      return <DomainsPage />;
    case 'map':
      return <MapPage />;
    case 'traces':
      return <TracesPage />;
    case 'logs':
      return <LogsPage />;
    case 'alerts':
      return <AlertsPage />;
    case 'probes':
      return <ProbesPage />;
    case 'rehearsals':
      return <RehearsalsPage />;
    case 'runbooks':
      return <RunbooksPage />;
    case 'status':
      return <StatusPage />;
    case 'missing':
      return <MissingPage />;
    default:
      return <PageOfOne key={`${route.page} ${route.id}`} page={route.page} id={route.id} />;
  }
}

type OneRoute = Extract<Route, { readonly id: string }>;

function PageOfOne({ page, id }: { readonly page: OneRoute['page']; readonly id: string }) {
  switch (page) {
    case 'objective':
      return <ObjectivePage id={id} />;
    case 'domain':
      return <DomainPage id={id} />;
    case 'trace':
      return <TracePage id={id} />;
    case 'correlation':
      return <CorrelationPage id={id} />;
    case 'alert':
      return <AlertPage id={id} />;
    case 'probe':
      return <ProbePage id={id} />;
    case 'rehearsal':
      return <RehearsalPage id={id} />;
    case 'runbook':
      return <RunbookPage id={id} />;
    default:
      return page satisfies never;
  }
}

/** A new page starts at its top with the focus on it, as a loaded page would. */
function useFocusOnPage(name: string) {
  const main = useRef<HTMLElement>(null);
  const shown = useRef(name);
  useEffect(() => {
    if (shown.current === name) return;
    shown.current = name;
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [name]);
  return main;
}
