import { readFileSync } from 'node:fs';
import type { Basis, FrameworkEdition, Relation } from '@evidence/contracts';

/** A control of a framework. `ref` is ours, `nativeId` and `title` are the framework's own. */
export interface Control {
  readonly ref: string;
  readonly nativeId: string;
  readonly title: string;
  /** Other spellings in use. */
  readonly aliases?: readonly string[];
}

/** One edition of a framework, controls in its own order. `licence` is that of the catalog's facts (see data/NOTICE.md). */
export interface Catalog extends Readonly<FrameworkEdition> {
  readonly name: string;
  readonly publisher: string;
  readonly published: string;
  readonly sourceUrl: string;
  readonly licence: string;
  readonly controls: readonly Control[];
}

/** Read `refA <relation> refB`. */
export interface CrosswalkPair {
  readonly refA: string;
  readonly refB: string;
  readonly relation: Relation;
  readonly basis: Exclude<Basis, 'direct'>;
  readonly source: string;
  readonly sourceUrls: readonly string[];
  readonly licence: string;
}

/** The entry `from` of one edition continues as the entry `to` of the next. */
export interface Succession {
  readonly from: string;
  readonly to: string;
}

export interface GarakProbe {
  readonly probe: string;
  /** The probe's OWASP tags as garak has them. */
  readonly tags: readonly string[];
  /** Those among them that count in another edition than the rest. */
  readonly untranslated?: readonly string[];
}

export interface GarakTags {
  readonly toolVersion: string;
  readonly translation: Readonly<Record<string, string>>;
  readonly probes: readonly GarakProbe[];
}

export interface FrameworksData {
  readonly catalogs: readonly Catalog[];
  readonly pairs: readonly CrosswalkPair[];
  readonly successions: readonly Succession[];
  readonly garak: GarakTags;
}

const CATALOG_FILES = [
  'OWASP_LLM-2023',
  'OWASP_LLM-2025',
  'OWASP_LLM-2026',
  'OWASP_AGENTIC-2026',
  'MITRE_ATLAS-2026.07',
  'NIST_AI_600_1-1.0',
  'EU_AI_ACT-2024-1689',
  'ISO_42001-2023',
] as const;

const CROSSWALK_FILES = ['asserted', 'owasp-llm-2026', 'derived'] as const;

/** Reads the package's data folder, about 350 kB. Throws what the file system or JSON throws: then the installation is broken. */
export function readData(): FrameworksData {
  return {
    catalogs: CATALOG_FILES.map((name) => readJson<Catalog>(`catalogs/${name}.json`)),
    pairs: CROSSWALK_FILES.flatMap((name) => readJson<{ pairs: CrosswalkPair[] }>(`crosswalk/${name}.json`).pairs),
    successions: readJson<{ successors: Succession[] }>('owasp-llm-editions.json').successors,
    garak: readJson<GarakTags>('garak.json'),
  };
}

// `../data` from src and from dist alike.
const readJson = <T>(path: string): T => JSON.parse(readFileSync(new URL(`../data/${path}`, import.meta.url), 'utf8'));
