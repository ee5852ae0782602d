/** The commands with their flags, help and examples; a command's own code is loaded when it runs. */
import { Command } from 'commander';
import { common, type Run } from './program-common.ts';
import { addOperations } from './program-operations.ts';
import type { World } from './world.ts';

const exitCodes = `
Exit codes: 0 fine, 1 finding, 2 usage or configuration, 3 unknown or unavailable, 4 decision required.`;

/** `run` takes each command's exit code. */
export function buildProgram(world: World, run: Run): Command {
  const program = new Command('seamwatch')
    .description(
      'Watches the seams of a modular monolith and says, with evidence, when a domain must become a service.',
    )
    .version(world.version)
    .showHelpAfterError('(add --help for all flags and examples)')
    .addHelpText('after', exitCodes);
  addRunning(program, world, run);
  addReading(program, world, run);
  addOperations(program, world, run);
  addWriting(program, world, run);
  return program;
}

function addRunning(program: Command, world: World, run: Run): void {
  common(program.command('demo'))
    .description('start everything: control plane, reference monolith, traffic, simulated history')
    .option('--port <n>', 'console, API and OTLP (default 4600; 0 = any free one)')
    .option('--otlp-port <n>', 'OTLP/HTTP on its standard port (default 4318)')
    .option('--otlp-grpc-port <n>', 'OTLP/gRPC on its standard port (default 4317)')
    .option('--campus-port <n>', 'reference monolith (default 4700)')
    .option('--no-traffic', 'leave the monolith to you')
    .option('--no-history', 'no simulated past')
    .addHelpText('after', '\nExample: seamwatch demo --port 0 --campus-port 0')
    .action((options) => run(async () => (await import('./commands/demo.ts')).demo(options, world)));
  common(program.command('serve'))
    .description('start the control plane for an application of your own')
    .option('--port <n>', 'console, API and OTLP (default 4600; 0 = any free one)')
    .option('--otlp-port <n>', 'OTLP/HTTP on its standard port (default 4318)')
    .option('--otlp-grpc-port <n>', 'OTLP/gRPC on its standard port (default 4317)')
    .addHelpText('after', '\nExample: seamwatch serve --config seamwatch.yaml --data /var/lib/seamwatch')
    .action((options) => run(async () => (await import('./commands/serve.ts')).serve(options, world)));
}

function addReading(program: Command, world: World, run: Run): void {
  common(program.command('status'))
    .description('how the objectives stand and whether the watcher is alive')
    .addHelpText('after', '\nExample: seamwatch status --json')
    .action((options) => run(async () => (await import('./commands/status.ts')).status(options, world)));
  common(program.command('report'))
    .description('the extraction-readiness report')
    .option('--format <name>', 'text, markdown, json, or github (job summary and annotations)', 'text')
    .option('--fail-on <kinds>', 'which findings set the exit code', 'gate,unknown,decision')
    .option('--url <address>', 'a running instance elsewhere (default: SEAMWATCH_URL)')
    .addHelpText('after', '\nExample: seamwatch report --format markdown --fail-on gate > report.md')
    .action((options) => run(async () => (await import('./commands/report.ts')).report(options, world)));
  common(program.command('trace'))
    .description('everything under one correlation ID or trace ID, as a waterfall')
    .argument('<id>', 'correlation ID or trace ID')
    .addHelpText('after', '\nExample: seamwatch trace demo-123')
    .action((id: string, options) => run(async () => (await import('./commands/trace.ts')).trace(id, options, world)));
  common(program.command('validate'))
    .description('check the configuration and prove each objective measurable and reachable')
    .option('--per-minute <n>', 'expected events a minute, to find alerts that one failure would set off')
    .addHelpText('after', '\nExample: seamwatch validate --config seamwatch.yaml --per-minute 60')
    .action((options) => run(async () => (await import('./commands/validate.ts')).validate(options, world)));
}

function addWriting(program: Command, world: World, run: Run): void {
  const facts = common(program.command('facts'))
    .description('what people have declared and what is missing')
    .action((options) => run(async () => (await import('./commands/facts.ts')).listFacts(options, world)));
  facts
    .command('set')
    .description('write a fact into the configuration file')
    .argument('<id>', 'such as engineers')
    .argument('<value>', 'a number, true or false')
    .option('--source <text>', 'where the number comes from')
    .option('--owner <text>', 'who keeps it true')
    .option('--as-of <day>', 'default today')
    .option('--expires <day>', 'default 90 days later')
    .option('--config <file>', 'default seamwatch.yaml')
    .addHelpText('after', '\nExample: seamwatch facts set engineers 14 --source "HR system" --owner cto')
    .action((id: string, value: string, options) =>
      run(async () => (await import('./commands/facts.ts')).setFact(id, value, { ...facts.opts(), ...options }, world)),
    );
  program
    .command('decide')
    .description('record a decision about a fired trigger')
    .argument('<domain>', 'such as notifications')
    .option('--outcome <word>', 'extract, keep or defer')
    .option('--by <who>', 'who decided')
    .option('--reason <text>', 'why')
    .option('--review-at <day>', 'when to ask again')
    .option('--config <file>', 'default seamwatch.yaml')
    .addHelpText(
      'after',
      '\nExample: seamwatch decide notifications --outcome defer --by "platform team" --reason "batching first"',
    )
    .action((domain: string, options) =>
      run(async () => (await import('./commands/decide.ts')).decide(domain, options, world)),
    );
}
