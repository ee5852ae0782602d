/** Words and shapes of alerts, notifications, probes and rehearsals. */
import type {
  AlertAnswer,
  AlertNotification,
  ProbeAnswer,
  ProbeStep,
  RehearsalAnswer,
  RehearsalStep,
} from '../../contract/index.ts';
import type { Mark } from './state.ts';

export const alertMark: Readonly<Record<AlertAnswer['state'], Mark>> = {
  pending: { word: 'pending', tone: 'pending' },
  firing: { word: 'firing', tone: 'breached' },
  acknowledged: { word: 'acknowledged', tone: 'clearing' },
  resolved: { word: 'resolved', tone: 'met' },
};

/** What became of a message; a failed one is tried again, a dead one is not. */
export const fateMark: Readonly<Record<AlertNotification['state'], Mark>> = {
  queued: { word: 'queued', tone: 'pending' },
  sent: { word: 'sent', tone: 'met' },
  failed: { word: 'failed, tried again', tone: 'breached' },
  dead: { word: 'given up', tone: 'breached' },
};

export const probeMark: Readonly<Record<ProbeAnswer['state'], Mark>> = {
  up: { word: 'up', tone: 'met' },
  down: { word: 'down', tone: 'breached' },
  unknown: { word: 'unknown', tone: 'unknown' },
};

export const stepMark: Readonly<Record<ProbeStep['state'], Mark>> = {
  ok: { word: 'ok', tone: 'met' },
  failed: { word: 'failed', tone: 'breached' },
  skipped: { word: 'skipped', tone: 'none' },
};

export const loadMark: Readonly<Record<RehearsalStep['verdict'], Mark>> = {
  held: { word: 'held', tone: 'met' },
  broke: { word: 'broke', tone: 'breached' },
  unknown: { word: 'unknown', tone: 'unknown' },
};

export const rehearsalMark: Readonly<Record<RehearsalAnswer['state'], Mark>> = {
  running: { word: 'running', tone: 'pending' },
  complete: { word: 'complete', tone: 'met' },
  failed: { word: 'failed', tone: 'breached' },
};

export const severityWords: Readonly<Record<AlertAnswer['severity'], string>> = {
  page: 'page: somebody is woken',
  ticket: 'ticket: within working hours',
  info: 'info: nobody is told',
};

export const kindWords: Readonly<Record<ProbeAnswer['kind'], string>> = {
  http: 'HTTP',
  tls: 'TLS expiry',
  tcp: 'TCP',
  websocket: 'WebSocket',
  journey: 'journey',
};
