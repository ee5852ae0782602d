/** The in-process event bus. */
export { type Bus, type BusOptions, createBus, type DeadLetter, type Handler, type Publication } from './bus.ts';
