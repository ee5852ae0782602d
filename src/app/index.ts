/** The door of the application: start everything, or only look. */
export { contrastStore } from './contrasts.ts';
export { parseDeclared } from './declared.ts';
export { buildProfile } from './profile.ts';
export { isDemoData, type RunFile, readRunFile } from './run-file.ts';
export { type AppOptions, databaseFile, type RunningApp, startApp } from './start.ts';
