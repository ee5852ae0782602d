/** Counts good and bad events for each objective, in metrics of our own: k6's trends do not say how many were within a bound. */
import { Counter, Rate, Trend } from 'k6/metrics';

/** One objective, as `generated/thresholds.json` holds it. */
interface Goal {
  readonly objective: string;
  readonly kind: 'latency' | 'errors';
  readonly atMostMs: number | null;
  readonly events: readonly string[];
}

interface Section {
  readonly goals: readonly Goal[];
  readonly thresholds: Readonly<Record<string, string[]>>;
}

const file: { readonly scenarios: Readonly<Record<string, Section>> } = JSON.parse(
  open(__ENV.SEAM_THRESHOLDS ?? import.meta.resolve('../generated/thresholds.json')),
);

const expected = new Counter('seam_expected');
const good = new Rate('seam_good');
const duration = new Trend('seam_duration', true);

/** What a script tells about its events; `key` is one of its scenario's, such as `GET /api/feed` or `notice`. */
export interface Book {
  /** An event has been set off that must turn out good; one that never does is bad. */
  readonly expect: (key: string) => void;
  /** How an expected event went: `failed` is never good however fast it was. */
  readonly note: (key: string, tookMs: number, failed: boolean) => void;
  readonly thresholds: Record<string, string[]>;
}

/** The book of a scenario. Call it in the init context. */
export function openBook(scenario: string): Book {
  const section = file.scenarios[scenario];
  if (section === undefined) throw new Error(`thresholds.json has no scenario "${scenario}"; run seamwatch generate`);
  const goalsOf = (key: string): readonly Goal[] => section.goals.filter((goal) => goal.events.includes(key));
  return {
    expect: (key) => {
      for (const { objective } of goalsOf(key)) expected.add(1, { objective });
    },
    note: (key, tookMs, failed) => {
      for (const { objective, atMostMs } of goalsOf(key)) {
        good.add(!failed && (atMostMs === null || tookMs <= atMostMs), { objective });
        if (atMostMs !== null) duration.add(tookMs, { objective });
      }
    },
    thresholds: { ...section.thresholds },
  };
}
