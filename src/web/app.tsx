/** The frame around every page: navigation, search, the banner of simulated data, the page, its keys. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { StatusAnswer } from '../contract/index.ts';
import { useAnswer } from './answers.ts';
import { SimulatedBanner, StaleBanner } from './frame/banners.tsx';
import { KeyHelp } from './frame/key-help.tsx';
import { TopBar } from './frame/top-bar.tsx';
import { listenToKeys } from './keyboard-listener.ts';
import { useLocation } from './location.ts';
import { DomainPage } from './pages/domain.tsx';
import { DomainsPage } from './pages/domains.tsx';
import { ExtractionPage } from './pages/extraction.tsx';
import { MissingPage } from './pages/missing.tsx';
import { ObjectivePage } from './pages/objective.tsx';
import { OverviewPage } from './pages/overview.tsx';
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
        <Page route={route} />
      </main>
      <KeyHelp open={help} onClose={() => setHelp(false)} />
    </>
  );
}

function Page({ route }: { readonly route: Route }) {
  switch (route.page) {
    case 'overview':
      return <OverviewPage />;
    case 'objective':
      return <ObjectivePage key={route.id} id={route.id} />;
    case 'extraction':
      return <ExtractionPage opened={route.trigger} />;
    case 'domains':
      return <DomainsPage />;
    case 'domain':
      return <DomainPage key={route.id} id={route.id} />;
    case 'traces':
      return <TracesPage />;
    case 'trace':
      return <TracePage key={route.id} id={route.id} />;
    case 'correlation':
      return <CorrelationPage key={route.id} id={route.id} />;
    case 'status':
      return <StatusPage />;
    case 'missing':
      return <MissingPage />;
    default:
      return route satisfies never;
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
