/** The commands around the objectives: probes, silences, rehearsals, generated files. */
import type { Command } from 'commander';
import { common, type Run } from './program-common.ts';
import type { World } from './world.ts';

export function addOperations(program: Command, world: World, run: Run): void {
  addProbe(program, world, run);
  addSilence(program, world, run);
  addRehearse(program, world, run);
  common(program.command('generate'))
    .description('write Prometheus rules, Grafana dashboards and k6 thresholds from the objectives')
    .option('--check', 'write nothing; exit 1 when a file differs from what would be written')
    .option('--out <dir>', 'where to (default: the checkout; an installed package writes to the working directory)')
    .option('--public-url <url>', 'address of the console in links of alerts (default: publicUrl of the configuration)')
    .option('--grafana-url <url>', 'address of Grafana in links of alerts (default http://127.0.0.1:3000)')
    .addHelpText('after', '\nExample: seamwatch generate --check --out deploy/generated')
    .action((options) => run(async () => (await import('./commands/generate.ts')).generate(options, world)));
}

function addProbe(program: Command, world: World, run: Run): void {
  const probe = program.command('probe').description('synthetic probes');
  common(probe.command('run'))
    .description('run every probe once, now, and show its steps; the runs count for nothing')
    .argument('[ids...]', 'only these probes')
    .option('--target <url>', 'base address of the application (default: target of the configuration)')
    .addHelpText('after', '\nExample: seamwatch probe run chat-delivery --target http://127.0.0.1:4700')
    .action((ids: string[], options) =>
      run(async () => (await import('./commands/probe.ts')).probeRun(ids, options, world)),
    );
}

function addSilence(program: Command, world: World, run: Run): void {
  const silence = common(program.command('silence'))
    .description('mute notifications of a running instance for a while; alerts are judged and resolved all the same')
    .option('--domain <id>', 'alerts of this domain')
    .option('--rule <rule>', 'alerts of this rule, such as objective-page:search-latency')
    .option('--severity <name>', 'page, ticket or info')
    .option('--for <duration>', 'how long, at most 30d')
    .option('--reason <text>', 'why')
    .option('--by <who>', 'who takes responsibility')
    .addHelpText(
      'after',
      '\nExample: seamwatch silence --domain search --for 2h --reason "index rebuild" --by Ada\n         seamwatch silence list\n         seamwatch silence end 019a9f3e-5c00-7a11-8000-3f2b9c7d1e56',
    )
    .action((options) => run(async () => (await import('./commands/silence.ts')).silence(options, world)));
  silence
    .command('list')
    .description('what is muted, until when, by whom and why')
    .action((_options, command: Command) =>
      run(async () => (await import('./commands/silence.ts')).listSilences(command.optsWithGlobals(), world)),
    );
  silence
    .command('end')
    .description('end a silence now')
    .argument('<id>', 'of the silence, as the list shows it')
    .action((id: string, _options, command: Command) =>
      run(async () => (await import('./commands/silence.ts')).endSilence(id, command.optsWithGlobals(), world)),
    );
}

function addRehearse(program: Command, world: World, run: Run): void {
  common(program.command('rehearse'))
    .description('load the application in steps by k6 until an objective breaks, and say at which load')
    .option('--scenario <name>', 'journey, feed, chat, search or notifications', 'journey')
    .option('--target <url>', 'application to load (default: a reference monolith of its own, ended afterwards)')
    .option('--metrics <urls>', "its pages of metrics, with commas between (default: the target's /metrics)")
    .option('--rates <list>', 'arrivals per second of each step, such as 5,10,20')
    .option('--start <n>', 'or a staircase: the first rate')
    .option('--factor <n>', 'by which it climbs')
    .option('--steps <n>', 'at most so many steps')
    .option('--bisections <n>', 'steps between the last that held and the first that broke (default 2)')
    .option('--step-seconds <n>', 'length of a step (default 30)')
    .option('--warmup-seconds <n>', 'cut off at the start of each step (default 3)')
    .option('--drain-seconds <n>', 'wait at most so long for deliveries after a step (default 60)')
    .option('--k6 <path>', 'the k6 program (default: on PATH, then where Go installs)')
    .option('--endpoint <url>', 'where the own reference monolith reports to (default: nowhere)')
    .option('--yes-really-load <host>', 'needed for a target that is not this machine: its host, written out')
    .addHelpText(
      'after',
      '\nExample: seamwatch rehearse --scenario notifications\n         seamwatch rehearse --target http://127.0.0.1:4700 --rates 5,10,20 --step-seconds 60',
    )
    .action((options) => run(async () => (await import('./commands/rehearse.ts')).rehearse(options, world)));
}
