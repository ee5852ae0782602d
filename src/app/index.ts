/** The door of the application: start everything, or only look. */
export { contrastStore } from './contrasts.ts';
export { parseDeclared } from './declared.ts';
export { probesOf, startApp } from './open.ts';
export { type AppOptions, databaseFile } from './options.ts';
export { buildProfile } from './profile.ts';
export { rehearsalsFolder } from './rehearsals.ts';
export { isDemoData, type RunFile, readRunFile } from './run-file.ts';
export type { RunningApp } from './start.ts';
