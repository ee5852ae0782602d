/** An objective made ready to run: one series selector, one bucket bound, windows and pairs in ms. */
import type { SeriesSelector } from '../src/kernel/series.ts';
import type { BurnPolicy, IndicatorKind, ObjectiveDefinition, PageDefinition, WindowDefinition } from './definition.ts';

/** What compilation needs to know about the installation. */
export interface CompileContext {
  /** Ids of the domain catalogue; `perDomain: all` expands over them. */
  readonly domains: readonly string[];
  /** Domains that run as services of their own; `perDomain: extracted` expands over them. Default none. */
  readonly extracted?: readonly string[];
  /** Upper bucket bounds (the signal's unit) that every series of the signal shares; null when none was seen yet. */
  readonly boundsOf: (signal: string) => readonly number[] | null;
  readonly policies: readonly BurnPolicy[];
}

/** One runnable objective; `perDomain` definitions become several, with ids such as `error-rate-per-service:search`. */
export interface CompiledObjective {
  readonly id: string;
  readonly definition: ObjectiveDefinition;
  readonly domain: string | null;
  readonly kind: IndicatorKind;
  readonly group: { readonly domain: string; readonly operation: string | null } | null;
  /** Null for a composite: it has no series of its own. */
  readonly selector: SeriesSelector | null;
  /** Wanted share of good events, 0 < target < 1. */
  readonly target: number;
  /** 1 − target, free of float noise. */
  readonly budget: number;
  /** Good means at or below this, in the signal's unit (seconds for durations); null for errors and availability. */
  readonly goodAtMost: number | null;
  /** The page's own bound, in the signal's unit; null when the page judges the same good events. */
  readonly pageAtMost: number | null;
  /** What counts as good, such as `≤ 200 ms`; null when no number is involved. */
  readonly threshold: string | null;
  readonly windows: readonly [WindowDefinition, ...WindowDefinition[]];
  readonly page: PageDefinition | null;
  readonly policy: BurnPolicy | null;
  /** Ids of the parts of a composite; empty otherwise. */
  readonly parts: readonly string[];
  /** Why the signal's buckets cannot answer, or null. Evaluates to unknown. */
  readonly unmeasurable: string | null;
  /** The same for the page's own bound. */
  readonly pageUnmeasurable: string | null;
  /** False while no series of the signal was seen: its buckets are not known yet. */
  readonly boundsKnown: boolean;
  /** Why there is nothing to measure, or null. */
  readonly notApplicable: string | null;
}

/** A finding about a compiled objective; an error must be mended before it runs. */
export interface ProofIssue {
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

/** When a burn pair (or the page) fires and resets at a constant failure ratio after a clean past; null = never fires. */
export interface Detection {
  readonly pair: string;
  readonly failureRatio: number;
  readonly detectMs: number | null;
  readonly resetMs: number | null;
  readonly budgetSpent: number | null;
}

/** What `proveObjective` found. */
export interface Proof {
  readonly issues: readonly ProofIssue[];
  readonly detection: readonly Detection[];
}
