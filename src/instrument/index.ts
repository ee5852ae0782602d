/** The library an app imports: wraps domains, carries correlation, counts exactly, exports without getting in the way. */
export { attribute, durationBoundsSeconds, header, logField, metric } from '../kernel/conventions.ts';
export {
  type Correlation,
  correlation,
  type LogFields,
  logFields,
  runWithCorrelation,
  type TraceCarrier,
} from './correlation.ts';
export { wrapDatabase } from './database.ts';
export { instrumentDomain } from './domain.ts';
export { consumeEvent, type DomainEvent, type PublishOptions, publishEvent } from './events.ts';
export { type CorrelationMiddleware, type ExpressOptions, expressCorrelation } from './express.ts';
export { type HandlerOptions, wrapHandler } from './handler.ts';
export { type LogStream, logStream } from './log-queue.ts';
export { type Delivery, increment, observeGauge, recordDelivery, recordDuration } from './signals.ts';
export { type Dropped, type Instrumentation, type StartOptions, shutdown, start } from './start.ts';
export { sendMessage, wrapWebSocket } from './websocket.ts';
