/** A rehearsal as a terminal shows it: some lines per step, then where each objective breaks. */
import type { RehearsalAnswer, RehearsalStep } from '../contract/index.ts';
import { table } from './table.ts';

type Measure = RehearsalStep['client'][number];

const shape = { held: '● held', broke: '▲ broke', unknown: '◌ unknown' } as const;

/** What held needs no words; each latency objective with its numbers from both sides, others when they broke. */
export function renderStep(step: RehearsalStep): string {
  const { offeredPerSecond, achievedPerSecond, dropped, verdict, reason } = step;
  const ids = [...new Set([...step.client, ...step.domains].map(({ objective }) => objective))];
  const rows = ids.flatMap((id): readonly (readonly string[])[] => {
    const client = step.client.find(({ objective }) => objective === id);
    const domains = step.domains.find(({ objective }) => objective === id);
    const one = client ?? domains;
    const isBroken = client?.state === 'breached' || domains?.state === 'breached';
    const isLatency = [client?.p95Ms, domains?.p95Ms].some((ms) => ms !== null && ms !== undefined);
    if (one === undefined || !(isLatency || isBroken)) return [];
    return [
      [
        `  ${isBroken ? '▲' : ' '} ${id}`,
        one.threshold,
        p95Of(client),
        p95Of(domains),
        goodOf(client),
        goodOf(domains),
      ],
    ];
  });
  const header = ['    objective', 'good means', 'p95 client', 'p95 domains', 'good client', 'good domains'];
  const head = `${shape[verdict]}  ${offeredPerSecond}/s offered, ${achievedPerSecond ?? '–'}/s achieved, ${dropped} dropped`;
  return `${[head, table(header, rows), ...(reason === null ? [] : [`    ${reason}`]), ''].join('\n')}\n`;
}

/** The sentence, the intervals and where it is kept. */
export function renderEnd(rehearsal: RehearsalAnswer, file: string): string {
  const rows = rehearsal.breaking.map(({ objective, lastGoodPerSecond, firstBadPerSecond, side }) => [
    objective,
    lastGoodPerSecond === null ? '–' : `${lastGoodPerSecond}/s`,
    `${firstBadPerSecond}/s`,
    side === 'client' ? 'the client' : 'the domains',
  ]);
  const intervals = rows.length === 0 ? [] : [table(['objective', 'holds at', 'breaks at', 'seen by'], rows), ''];
  const peak =
    rehearsal.todayPeakPerSecond === null ? [] : [`Today's busiest time: ${rehearsal.todayPeakPerSecond}/s.`];
  return `${[rehearsal.sentence, '', ...intervals, ...peak, `Kept in ${file}`].join('\n')}\n`;
}

function p95Of(measure: Measure | undefined): string {
  const ms = measure?.p95Ms ?? null;
  if (ms === null) return '–';
  return ms >= 1_000 ? `${Number((ms / 1_000).toPrecision(3))} s` : `${Number(ms.toPrecision(3))} ms`;
}

function goodOf(measure: Measure | undefined): string {
  if (measure === undefined || measure.total === 0) return '–';
  return `${measure.good.toLocaleString('en')} of ${measure.total.toLocaleString('en')}`;
}
