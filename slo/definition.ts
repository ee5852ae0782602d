/** What a team writes down as an objective, after parsing: every default filled in, durations in ms, ratios 0..1. */
import type { SeriesSource } from '../src/kernel/series.ts';

/** The kinds of indicator; see {@link Indicator}. */
export type IndicatorKind = 'latency' | 'errors' | 'availability' | 'level' | 'composite';

/** Which events are counted: label conditions as in {@link SeriesSelector}. */
export type Where = Readonly<Record<string, string | readonly string[]>>;

/** What is counted and what is good. `target` is the wanted share of good events, 0 < target < 1. */
export type Indicator =
  | {
      readonly kind: 'latency';
      readonly signal: string;
      readonly where: Where;
      readonly source: SeriesSource;
      /** The stated percentile as a share: p95 is 0.95. */
      readonly target: number;
      readonly atMostMs: number;
    }
  | {
      readonly kind: 'errors' | 'availability';
      readonly signal: string;
      readonly where: Where;
      readonly source: SeriesSource;
      readonly target: number;
    }
  | {
      readonly kind: 'level';
      readonly signal: string;
      readonly where: Where;
      readonly source: SeriesSource;
      readonly target: number;
      /** In the signal's own unit. */
      readonly atMost: number;
    }
  | { readonly kind: 'composite'; readonly of: readonly string[] };

/** A span over which an objective is judged. `minEvents`/`minFailures`: with fewer of them this window is not judged. */
export type WindowDefinition =
  | {
      readonly kind: 'rolling';
      readonly lengthMs: number;
      readonly minEvents: number;
      readonly minFailures: number;
    }
  | { readonly kind: 'calendar'; readonly unit: 'month'; readonly minEvents: number; readonly minFailures: number };

/** The documented alert: a second threshold on a short window. */
export type PageDefinition = {
  readonly overMs: number;
  readonly minEvents: number;
  readonly minFailures: number;
} & (
  | { readonly kind: 'latency'; readonly atMostMs: number }
  | { readonly kind: 'errors'; readonly above: number }
  | { readonly kind: 'down' }
);

/** One objective per domain: over `all` domains of the catalogue, the `extracted` ones, or a list. `label` carries the domain. */
export interface PerDomain {
  readonly over: 'all' | 'extracted' | readonly string[];
  readonly label: string;
}

/** One documented objective. */
export interface ObjectiveDefinition {
  readonly id: string;
  /** As the document says it, shortened. */
  readonly sentence: string;
  /** Document and section, such as `S1 §9.3`. */
  readonly source: string;
  readonly domain: string | null;
  readonly indicator: Indicator;
  /** The first is the budget window; never empty. */
  readonly windows: readonly [WindowDefinition, ...WindowDefinition[]];
  readonly page: PageDefinition | null;
  /** Id of a burn policy, or null for no burn alerts. */
  readonly burn: string | null;
  readonly perDomain: PerDomain | null;
  /** Why there is nothing to measure by design, or null when there is. */
  readonly notApplicable: string | null;
  readonly note: string | null;
}

/** Fires when both windows burn faster than `factor`; times in ms. */
export interface BurnPair {
  readonly longMs: number;
  readonly shortMs: number;
  readonly factor: number;
  readonly severity: 'page' | 'ticket';
  /** Failures in the long window below which the pair stays silent; ≥ 1. */
  readonly minFailures: number;
}

/** A named set of burn pairs, made for a budget window of `windowMs`. */
export interface BurnPolicy {
  readonly id: string;
  readonly source: string;
  readonly windowMs: number;
  readonly pairs: readonly BurnPair[];
}
