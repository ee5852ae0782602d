/** Gathers lines into families and refuses what the formats forbid: second declarations, interleaving, repeated samples. */
import { labelText } from './label-text.ts';
import type { FamilyType, PageFamily, PageFormat, PageSample } from './page.ts';
import type { PageCursor } from './page-cursor.ts';

interface OpenFamily {
  readonly name: string;
  type: FamilyType | null;
  help: string | null;
  unit: string | null;
  readonly samples: PageSample[];
}

/** What a sample's name may have behind its family's; the empty text is the family's own name. */
const suffixes: Readonly<Record<FamilyType, readonly string[]>> = {
  counter: ['_total', '_created'],
  gauge: [''],
  histogram: ['_bucket', '_sum', '_count', '_created'],
  summary: ['', '_sum', '_count', '_created'],
  unknown: [''],
  info: ['_info'],
  stateset: [''],
  gaugehistogram: ['_bucket', '_gsum', '_gcount'],
};
const anySuffix = /_(?:total|created|bucket|sum|count|info|gsum|gcount)$/;

/** One per page. Everything @throws INVALID_REQUEST */
export class FamilyBook {
  readonly #cursor: PageCursor;
  readonly #format: PageFormat;
  readonly #families = new Map<string, OpenFamily>();
  readonly #seen = new Map<string, number>();
  #current: OpenFamily | null = null;

  constructor(cursor: PageCursor, format: PageFormat) {
    this.#cursor = cursor;
    this.#format = format;
  }

  declareType(name: string, type: FamilyType, at: number): void {
    const family = this.#declared(name, at);
    if (family.type !== null) this.#cursor.refuse(`the type of ${name} is given twice`, at);
    family.type = type;
  }

  declareHelp(name: string, help: string, at: number): void {
    const family = this.#declared(name, at, false);
    if (family.help !== null) this.#cursor.refuse(`the help of ${name} is given twice`, at);
    family.help = help;
  }

  declareUnit(name: string, unit: string, at: number): void {
    const family = this.#declared(name, at);
    if (family.unit !== null) this.#cursor.refuse(`the unit of ${name} is given twice`, at);
    if (unit !== '' && !name.endsWith(`_${unit}`)) {
      this.#cursor.refuse(`the name ${name} must end in its unit, _${unit}`, at);
    }
    family.unit = unit;
  }

  add(sample: PageSample, at: number): void {
    const family = this.#familyOf(sample, at);
    this.#enter(family, at);
    const key = `${sample.name} ${sample.timeMs ?? ''} ${labelText(sample.labels)}`;
    const before = this.#seen.get(key);
    if (before !== undefined) {
      this.#cursor.refuse(`${sample.name} with the same labels was already given in line ${before}`, at);
    }
    this.#seen.set(key, sample.line);
    family.samples.push(sample);
  }

  families(): readonly PageFamily[] {
    return [...this.#families.values()].map((family) => ({ ...family, type: family.type ?? 'unknown' }));
  }

  /** The family a declaration speaks of; `isBefore`: it must come before the family's samples. */
  #declared(name: string, at: number, isBefore = true): OpenFamily {
    const family = this.#families.get(name) ?? this.#open(name);
    if (family.samples.length > 0 && (isBefore || this.#format === 'openMetrics')) {
      this.#cursor.refuse(`${name} is declared after its first sample; write the declaration before`, at);
    }
    this.#enter(family, at);
    return family;
  }

  #familyOf(sample: PageSample, at: number): OpenFamily {
    const { name } = sample;
    const base = name.replace(anySuffix, '');
    for (const candidate of [this.#families.get(base), this.#families.get(name)]) {
      if (candidate !== undefined && this.#allows(candidate, name)) return candidate;
    }
    const same = this.#families.get(name);
    if (same !== undefined) {
      const wanted = suffixes[same.type ?? 'unknown'].map((suffix) => name + suffix).join(', ');
      this.#cursor.refuse(`a sample of the ${same.type} ${name} must be named one of ${wanted}`, at);
    }
    return this.#open(name);
  }

  #allows(family: OpenFamily, sampleName: string): boolean {
    const suffix = sampleName.slice(family.name.length);
    const type = family.type ?? 'unknown';
    if (this.#format === 'text' && type === 'counter' && suffix === '') return true;
    return suffixes[type].includes(suffix);
  }

  #open(name: string): OpenFamily {
    const family: OpenFamily = { name, type: null, help: null, unit: null, samples: [] };
    this.#families.set(name, family);
    return family;
  }

  /** The newer format keeps a family's lines together; of the older one Prometheus takes them in any order. */
  #enter(family: OpenFamily, at: number): void {
    if (family === this.#current) return;
    const isReopened = family.samples.length > 0 || family.type !== null || family.help !== null;
    if (isReopened && this.#format === 'openMetrics') {
      this.#cursor.refuse(`${family.name} goes on after another metric began; keep its lines together`, at);
    }
    this.#current = family;
  }
}
