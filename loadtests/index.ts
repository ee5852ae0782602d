/** Load: what is rehearsed, by which thresholds, and how it went. */
export { listRehearsals, saveRehearsal } from './list-rehearsals.ts';
export { type RehearsalOptions, rehearse } from './rehearse.ts';
export { type Scenario, type ScenarioName, scenarioNames, scenarios } from './scenarios.ts';
export { type StaircasePlan, staircaseRates } from './staircase.ts';
export { generateThresholds } from './thresholds.ts';
