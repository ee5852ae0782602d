/** What an evaluation says, in the vocabulary of the API. */

/** The state of an objective or of one of its windows. */
export type ObjectiveState = 'met' | 'breached' | 'unknown' | 'notApplicable';

/** Good and total events of one window; `synthetic` says how many of them are simulated. */
export interface WindowEvaluation {
  /** `30d`, `5m`, `month`. */
  readonly window: string;
  readonly state: ObjectiveState;
  readonly reason: string | null;
  readonly good: number;
  readonly total: number;
  /** 1 = untouched, 0 = spent, negative = overspent; null without events. */
  readonly budgetRemaining: number | null;
  /** Share of the whole window for which there is data, 0..1. */
  readonly windowCovered: number;
  readonly synthetic: { readonly good: number; readonly total: number };
}

/** Speed of spending: 1 spends exactly the budget over the window; null when it cannot be said. */
export interface BurnRate {
  readonly window: string;
  readonly rate: number | null;
}

/** One pair of the policy; `firing` is null when a window is not known well enough. */
export interface BurnAlertEvaluation {
  readonly severity: 'page' | 'ticket';
  readonly long: string;
  readonly short: string;
  readonly factor: number;
  readonly longRate: number | null;
  readonly shortRate: number | null;
  readonly firing: boolean | null;
}

/** The documented alert's state. */
export interface PageEvaluation {
  readonly state: 'ok' | 'firing' | 'unknown';
  readonly reason: string | null;
  readonly window: string;
  readonly threshold: string;
  readonly good: number;
  readonly total: number;
}

/** Everything that is known about an objective at a watermark. */
export interface ObjectiveEvaluation {
  readonly id: string;
  readonly state: ObjectiveState;
  readonly reason: string | null;
  readonly windows: readonly WindowEvaluation[];
  readonly burn: readonly BurnRate[];
  readonly burnAlerts: readonly BurnAlertEvaluation[];
  readonly page: PageEvaluation | null;
  /** True when simulated events are among those counted. */
  readonly synthetic: boolean;
}

/** When and how well the source was seen; times in Unix ms. */
export interface EvaluationTime {
  /** End of the last complete slice: every window ends here. */
  readonly watermarkMs: number;
  /** Time of the newest point of the objective's series; null = none ever. */
  readonly lastPointMs: number | null;
  /** Observed export interval; null = not known yet, 60 s is assumed. */
  readonly intervalMs: number | null;
  /** Who is expected to send series of the objective and does not, for people; null or absent = nobody is missing. */
  readonly silence?: string | null | undefined;
  /** IANA name; calendar windows begin at its midnight. */
  readonly timezone: string;
  /** Share of the events that was really looked at (sampled spans), 0..1; default 1. Only used for source `spans`. */
  readonly sampledShare?: number;
}
