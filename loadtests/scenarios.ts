/** What each load scenario does to the application, and so which objectives it can judge. Data. */
import { label, metric } from '../src/kernel/conventions.ts';

/** The scenarios, each a script `k6/<name>.ts`. */
export const scenarioNames = ['journey', 'feed', 'chat', 'search', 'notifications'] as const;
export type ScenarioName = (typeof scenarioNames)[number];

/** One kind of event that a scenario causes: a request, or a delivery that follows from one. */
export interface ExercisedEvent {
  /** How the script names it: `GET /api/feed`, `message`, `notice`; null when only the domains can count it. */
  readonly key: string | null;
  readonly signal: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface Scenario {
  readonly name: ScenarioName;
  /** What one arrival does, a clause. */
  readonly arrival: string;
  readonly events: readonly ExercisedEvent[];
  /** Where the default staircase begins (arrivals per second), by what it climbs, and its most steps. */
  readonly staircase: { readonly start: number; readonly factor: number; readonly steps: number };
}

const feed = request('feed', 'GET /api/feed');
const search = request('search', 'GET /api/search');
const send = request('chat', 'POST /api/chat/conversations/:id/send');
const comment = request('posts', 'POST /api/posts/:id/comments');
const inbox = request('notifications', 'GET /api/notifications');
const message: ExercisedEvent = { key: 'message', signal: metric.messageDelivery, labels: {} };
const notice: ExercisedEvent = {
  key: 'notice',
  signal: metric.notificationDelivery,
  labels: { [label.channel]: 'in_app' },
};
const query: ExercisedEvent = { key: null, signal: metric.dbDuration, labels: {} };

/** Every scenario by name. */
export const scenarios: Readonly<Record<ScenarioName, Scenario>> = {
  journey: {
    name: 'journey',
    arrival: 'a person reads the feed, searches, sends a message, comments on a post and opens the inbox',
    events: [feed, search, send, comment, inbox, message, notice, query],
    staircase: { start: 5, factor: 2, steps: 6 },
  },
  feed: {
    name: 'feed',
    arrival: 'a person opens the feed',
    events: [feed, query],
    staircase: { start: 10, factor: 2, steps: 6 },
  },
  chat: {
    name: 'chat',
    arrival: 'a person sends a message to someone who has the app open',
    events: [send, message, notice, query],
    staircase: { start: 10, factor: 2, steps: 6 },
  },
  search: {
    name: 'search',
    arrival: 'a person searches, with a typing mistake now and then',
    events: [search],
    staircase: { start: 10, factor: 2, steps: 6 },
  },
  notifications: {
    name: 'notifications',
    arrival: 'a person comments on the post of someone who has the app open, and another one opens the inbox',
    events: [comment, inbox, notice, query],
    staircase: { start: 10, factor: 2, steps: 6 },
  },
};

function request(domain: string, operation: string): ExercisedEvent {
  const labels = { [label.domain]: domain, [label.operation]: operation, [label.entry]: 'true' };
  return { key: operation, signal: metric.requestDuration, labels };
}
