/** The door of the contract: zod schemas and their types; the console imports types only. */
export * as envelope from './envelope.ts';
export * as logShapes from './logs.ts';
export * as operations from './operations.ts';
export * as readinessShapes from './readiness.ts';
export * as shapes from './shapes.ts';
export * as statusShapes from './status.ts';
export type * from './types.ts';
