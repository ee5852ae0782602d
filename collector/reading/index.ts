/** The door of reading beside the intake: questions about spans and logs, answered by a thread of their own. */
export { type AsyncTraceReader, createAsyncReader } from './async-reader.ts';
export type { Unreadable } from './unreadable-ledger.ts';
