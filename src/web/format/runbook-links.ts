/** Anchors and links of a runbook. */
import { parseRoute } from '../router.ts';

/** "First five minutes" → "first-five-minutes"; what remains empty is "part". */
export function anchorOf(heading: string): string {
  const plain = heading.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-');
  return plain.replace(/^-|-$/g, '') || 'part';
}

/** A link's target when it may be followed; null otherwise. */
export function safeHref(href: string): string | null {
  return /^(\/(?!\/)|#|https?:\/\/)/.test(href) ? href : null;
}

/** Whether code such as `/probes` is the address of a page; with a placeholder in it, it is none. */
export function isPagePath(code: string): boolean {
  return /^\/[\w/.:-]*$/.test(code) && parseRoute(code).page !== 'missing';
}
