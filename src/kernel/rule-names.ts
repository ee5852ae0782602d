/** Names of the generated Prometheus rules, once: recorded series, alerts, and the labels that only they carry. */

/** Recorded series, each with the labels `objective`, `domain` and `window` (such as `1h`). */
export const ruleMetric = {
  events: 'seamwatch:objective_events:increase',
  good: 'seamwatch:objective_good:increase',
  /** Good by the page's own threshold. */
  pageGood: 'seamwatch:objective_page_good:increase',
  /** Bad events over all events, 0..1; no sample without events. */
  errorRatio: 'seamwatch:objective_errors:ratio',
  /** Lower end of the ratio's interval: what few events prove. */
  errorRatioLow: 'seamwatch:objective_errors:ratio_low',
  /** 1 = untouched, 0 = spent, negative = overspent. */
  budgetRemaining: 'seamwatch:objective_budget_remaining:ratio',
} as const;

/** `alertname` of the generated alert rules. */
export const ruleAlert = {
  page: 'SeamwatchObjectivePage',
  burn: 'SeamwatchObjectiveBurn',
  noData: 'SeamwatchObjectiveNoData',
  controlPlaneDown: 'SeamwatchControlPlaneDown',
  controlPlaneBehind: 'SeamwatchControlPlaneBehind',
} as const;

/** Labels of recorded series and alerts. */
export const ruleLabel = { objective: 'objective', domain: 'domain', window: 'window', severity: 'severity' } as const;

/** Value of the label `domain` for what concerns every domain; it is also the incident's name then. */
export const everyDomain = 'all';
