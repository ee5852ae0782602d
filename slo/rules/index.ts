/** Prometheus recording and alert rules from compiled objectives. Pure. */
export { generateRules, type RuleFile, type RuleOptions } from './generate-rules.ts';
