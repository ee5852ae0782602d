/** What every request carries: who asks, a correlation ID that tells when it was sent, and a trace context. */
import exec from 'k6/execution';
import { settings } from './settings.ts';

/** `load-<run>-<sent, ms in base 36>-<virtual user>-<iteration>`; listeners read the time back from it. */
export function correlationId(sentAtMs: number): string {
  const { idInTest, iterationInInstance } = exec.vu;
  return `load-${settings.run}-${sentAtMs.toString(36)}-${idInTest}-${iterationInInstance}`;
}

/** Unix ms at which the request with this correlation ID (or a text that begins with one) was sent; null for strangers and other runs. */
export function sentAtOf(text: string): number | null {
  const prefix = `load-${settings.run}-`;
  if (!text.startsWith(prefix)) return null;
  const sentAtMs = Number.parseInt(text.slice(prefix.length).split('-')[0] ?? '', 36);
  return Number.isFinite(sentAtMs) ? sentAtMs : null;
}

/** A W3C trace context of its own for each request; few are marked as sampled, the domains' counts are exact all the same. */
export function traceparent(): string {
  const flags = Math.random() < settings.sampled ? '01' : '00';
  return `00-${hex(32)}-${hex(16)}-${flags}`;
}

function hex(digits: number): string {
  let text = '';
  while (text.length < digits) text += Math.floor(Math.random() * 16).toString(16);
  // All zeros would not be a valid id.
  return /^0+$/.test(text) ? `${text.slice(1)}1` : text;
}
