/** Telemetry that does not come as OTLP requests, and what goes on to others: pages (Faro), metrics pages, forwarding. */
import {
  type Collector,
  createFaroIntake,
  createForwarder,
  createScraper,
  type FaroIntake,
  type Forwarder,
  parseFaro,
  parseForward,
  parseScrape,
  type Scraper,
} from '../../collector/index.ts';
import type { AppOptions } from './options.ts';

export interface Streams {
  readonly faro: FaroIntake;
  readonly scraper: Scraper;
  readonly forwarder: Forwarder;
  /** Begins to scrape and to send on. */
  readonly start: () => void;
  readonly close: () => Promise<void>;
}

/** Nothing is scraped or sent before `start`; the hash of user ids, where asked for, is keyed by the installation. @throws CONFIG_INVALID */
export function openStreams(
  collector: Collector,
  options: AppOptions,
  installation: { readonly file: string; readonly instanceId: string },
): Streams {
  const { config, clock, random, log, fetch, version } = options;
  const { file, instanceId } = installation;
  const { receive, countRefused } = collector;
  const faro = createFaroIntake({
    ...{ receive, clock, log, countRefused },
    apps: parseFaro(config.faro, 'faro'),
    origins: config.cors,
    hashUserIds: config.hashUserIds ? { key: instanceId } : null,
  });
  const scraper = createScraper({
    ...{ receive, clock, random, log, fetch },
    targets: parseScrape(config.scrape, 'scrape'),
  });
  const targets = parseForward(config.forward, 'forward');
  const forwarder = createForwarder({
    ...{ targets, collector, file, instanceId, version, clock, random, log, fetch },
  });
  return {
    ...{ faro, scraper, forwarder },
    start: () => {
      scraper.start();
      forwarder.start();
    },
    close: async () => {
      await Promise.all([faro.close(), scraper.close(), forwarder.close()]);
    },
  };
}
