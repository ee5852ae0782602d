/** Every number that decides when somebody is told something, each with its reason. */
import { dayMs, hourMs, minuteMs, secondMs } from '../src/kernel/duration.ts';

/** Times in ms, sizes in bytes or Unicode code points. */
export const policy = {
  /** An alert ends after its condition was ok for so long: six evaluations of 10 s, so that one good slice ends nothing. */
  clearAfterMs: minuteMs,
  /** A longer pause between two evaluations is a stop of the watcher: the time in between proves neither firing nor ok. */
  evaluationGapMs: 5 * minuteMs,
  /** An open alert whose rule is no longer evaluated (removed from the configuration) ends after this. */
  ruleGoneAfterMs: 10 * minuteMs,
  /** An all-domain alert fires this long before it notifies: three evaluations, so that the domain's own alert comes first. */
  allDomainGraceMs: 30 * secondMs,
  /** After a domain's alerts ended, an all-domain alert is still its echo: the short window of the fastest burn pair is 5 min. */
  echoMs: 5 * minuteMs,
  /** A burn ticket after a page is the page's echo: the longest short window of the documented ticket pairs is 6 h. */
  burnTicketEchoMs: 6 * hourMs,
  /** A burn ticket waits so long for the page that the same cause sets off; nobody waits for a ticket. */
  burnTicketGraceMs: 2 * minuteMs,
  /** A domain's alert explains an all-domain page only when both began this close together; what has lasted for days must hide nothing. */
  oneCauseMs: hourMs,
  /** The longest silence: longer ones are forgotten, and a rule that is wrong should be changed. */
  longestSilenceMs: 30 * dayMs,
  /** Resolved alerts, ended silences and finished notifications are kept so long. */
  keepMs: 7 * dayMs,
  /** And no more than so many resolved alerts, so that a rule that flaps for days fills no page and no disk. */
  keepResolved: 1_000,

  /** One request to a sink ends after this. */
  sendTimeoutMs: 10 * secondMs,
  /** Full jitter in [0, min(cap, base × 2^attempt)); PagerDuty advises "a few minutes" at most (Events v2, retry table). */
  backoffBaseMs: secondMs,
  backoffCapMs: 5 * minuteMs,
  /** After a 429 at least this long: "retry 3 times, 30 s apart" (PagerDuty, Rate Limits). The whole sink waits, the limit is the key's. */
  rateLimitedWaitMs: 30 * secondMs,
  /** After another failure the sink's other rows wait at most this long, so that one bad row does not hold up the rest. */
  sinkPauseCapMs: 10 * secondMs,
  /** Attempts per sink in a sliding minute: PagerDuty takes about 120 events a minute for a key; the rest is for its other users. */
  attemptsPerMinute: 100,
  /** A resolve that nobody takes is given up after a long weekend; a trigger is tried for as long as its incident is open. */
  resolveGiveUpMs: 4 * dayMs,
  /** News older than a day is none. */
  changeGiveUpMs: dayMs,
  /** How often due notifications are looked for when no evaluation does it. */
  pumpEveryMs: secondMs,

  /** Alertmanager forgets an alert at its endsAt: repeated every minute with an end five minutes ahead, four may be lost. */
  alertmanagerRefreshMs: minuteMs,
  alertmanagerEndsAfterMs: 5 * minuteMs,

  /** PagerDuty Events v2: limits of summary and dedup_key in characters, of the whole event in bytes (512 KB, decimal to be safe). */
  pagerdutySummaryLength: 1024,
  pagerdutyDedupKeyLength: 255,
  pagerdutyEventBytes: 512_000,
  pagerdutyRoutingKeyLength: 32,
  /** Links beyond these are noise on a phone. */
  pagerdutyLinks: 20,
  /** What is kept of a sink's answer for the reason. */
  reasonLength: 200,
} as const;
