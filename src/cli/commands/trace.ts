/** `seamwatch trace ID`: everything that happened under one correlation ID or trace ID, as one waterfall. */
import { openSource } from '../source.ts';
import { renderWaterfall } from '../waterfall.ts';
import { type CommonOptions, exitCode, type World } from '../world.ts';

/** Exit 3 when nothing is known under the id. */
export async function trace(id: string, options: CommonOptions, world: World): Promise<number> {
  const source = openSource(options, world);
  try {
    const traces = await source.traces(id);
    if (options.json === true) {
      world.out(`${JSON.stringify({ data: traces, meta: { id, source: source.where } }, null, 2)}\n`);
    } else if (traces.length === 0) {
      world.note(
        `nothing is stored under "${id}" in ${source.where}; spans arrive about a second after they end, so ask again, or check the id\n`,
      );
    } else {
      world.out(renderWaterfall(id, traces, world.columns));
    }
    return traces.length === 0 ? exitCode.unknown : exitCode.fine;
  } finally {
    source.close();
  }
}
