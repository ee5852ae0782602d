#!/usr/bin/env node
/** The command line's first file: turns Node's compile cache on before anything else is loaded; half of a short command is loading. */
import { enableCompileCache } from 'node:module';

enableCompileCache();
await import('./run.ts');
