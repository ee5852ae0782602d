/** The envelope of every answer. */
import type { Meta } from '../../contract/index.ts';
import { type Clock, isoTime } from '../../kernel/clock.ts';
import type { Queries } from '../dependencies.ts';
import type { RouteAnswer } from './route.ts';

/** `{data, meta}`, dated now, with the watermark up to which the numbers are complete. */
export async function inEnvelope(
  answer: RouteAnswer,
  queries: Queries,
  clock: Clock,
): Promise<{ readonly data: unknown; readonly meta: Meta }> {
  const watermark = await queries.watermark();
  const { unreadableRecords } = answer;
  return {
    data: answer.data,
    meta: {
      generatedAt: isoTime(clock.nowMs()),
      watermark,
      nextCursor: answer.nextCursor ?? null,
      ...(unreadableRecords === undefined ? {} : { unreadableRecords }),
    },
  };
}
