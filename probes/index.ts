/** The door of the probes: read them, run them at their beat, confirm their state, hand their runs on. */
export { answerOf, type DaySlot, type Known, standingOf } from './answers.ts';
export { type ProbeState, staleAfterPeriods } from './confirm.ts';
export type {
  Confirm,
  HttpProbe,
  JourneyProbe,
  JourneyStep,
  ProbeBase,
  ProbeDefinition,
  TcpProbe,
  TlsProbe,
  WebSocketProbe,
} from './definition.ts';
export type { Network } from './network.ts';
export { runToOtlp } from './otlp.ts';
export {
  nothingStored,
  type ProbeStore,
  probeMigrations,
  readStoredProbes,
  type Statement,
  type StoredFailure,
  type StoredProbe,
  type StoredProbes,
} from './persistence.ts';
export { createProber, type Prober, type ProberOptions } from './prober.ts';
export { type ProbeRun, type RunTools, runProbe } from './run.ts';
export { createGate, mostAtOnce } from './scheduler.ts';
export { overlayProbes, parseProbes } from './schema.ts';
export type { StepRun } from './step-recorder.ts';
