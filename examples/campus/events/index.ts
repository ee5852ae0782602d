/** The events domain: community events and registrations. */
export { type CommunityEvent, createEvents, type Events, type EventsParts, eventCreated } from './events.ts';
export { mountEvents } from './routes.ts';
