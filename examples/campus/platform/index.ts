/** What the domains share: time, randomness, the database, timers, faults, sockets, HTTP checks. */
export { type Breaker, type BreakerOptions, createBreaker } from './breaker.ts';
export { type Clock, systemClock } from './clock.ts';
export { type Db, openDatabase } from './database.ts';
export { badRequest, forbidden, HttpError, messageOf, notFound, statusOf } from './errors.ts';
export { createFaults, type Fault, type FaultRequest, type Faults } from './faults.ts';
export { type App, bodyOf, contentBody, idOf, limitOf, userIdOf } from './http.ts';
export { createHub, type Hub } from './hub.ts';
export { type Log, silentLog } from './log.ts';
export { between, pick, type Random, seededRandom, systemRandom } from './random.ts';
export { breathe, every, pause, type Stop } from './timers.ts';
