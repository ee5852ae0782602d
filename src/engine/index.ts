/** The door of the engine: the tick and the answers made of it. */
export { alertSignals, type SelfCheck, type SignalInputs, selfDomain } from './alert-signals.ts';
export { type ContrastStore, engineMigrations, type StoredContrast } from './contrast-days.ts';
export {
  type Declared,
  Engine,
  type EngineOptions,
  type EngineProfile,
  type EngineState,
} from './engine.ts';
export { freshnessAt } from './freshness.ts';
export type { SilentSource } from './silence.ts';
export { Views } from './views.ts';
