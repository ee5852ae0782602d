/** What a metrics page says, whatever its format: families of samples. */

/** Types of both formats; `untyped` of the older one is `unknown`. */
export const familyTypes = [
  'counter',
  'gauge',
  'histogram',
  'summary',
  'unknown',
  'info',
  'stateset',
  'gaugehistogram',
] as const;
export type FamilyType = (typeof familyTypes)[number];

export type PageFormat = 'text' | 'openMetrics';

export type PageLabels = Readonly<Record<string, string>>;

/** One measurement that stands for many, with the ids by which it is found. */
export interface PageExemplar {
  readonly labels: PageLabels;
  readonly value: number;
  /** Unix ms; null when the page gives none. */
  readonly timeMs: number | null;
}

export interface PageSample {
  readonly name: string;
  readonly labels: PageLabels;
  /** May be NaN or infinite. */
  readonly value: number;
  /** Unix ms; null when the page gives none. */
  readonly timeMs: number | null;
  readonly exemplar: PageExemplar | null;
  /** Counted from 1. */
  readonly line: number;
}

/** In the newer format a counter's family has no `_total`. */
export interface PageFamily {
  readonly name: string;
  readonly type: FamilyType;
  readonly help: string | null;
  readonly unit: string | null;
  readonly samples: readonly PageSample[];
}
