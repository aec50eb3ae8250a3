import {
  type ControlCoverage,
  type CountsByReason,
  constant,
  type DirectRef,
  type Evaluations,
  type FrameworkCoverage,
  type IndicatedBy,
  type OpenElsewhen,
  type OutsideFindings,
  type RefMapping,
  type ScopedScan,
} from '@evidence/contracts';
import type { Catalog, Control } from '@evidence/frameworks';
import { type Assessment, applicabilityOf, statedApplicability, whyNotApplicable } from './applicability.js';
import { type Controls, directAmong } from './controls.js';
import { byEvidence, type MappedRefs, type UsedMapping } from './refs.js';
import { foundThoughNotApplicable } from './sentences.js';
import { verdictOf } from './verdict.js';

export interface CoverageQuestion {
  /** In the order of the request. */
  readonly catalogs: readonly Catalog[];
  /** Those of `catalogs`. */
  readonly controls: Controls;
  readonly used: readonly UsedMapping[];
  /** By the number of a control. */
  readonly tests: ReadonlyMap<number, ControlTests>;
  readonly outside: readonly OutsideFindings[];
  readonly openElsewhen: readonly OpenElsewhen[];
  readonly assessment: Assessment;
  /** Those of `catalogs` that have not been compared with their publisher for too long. */
  readonly stale: readonly Catalog[];
  readonly mapRefs: (refs: readonly DirectRef[]) => MappedRefs;
}

/**
 * What is known about every control of the requested frameworks, and the evidence for its verdict. Evaluations and findings outside the scope
 * count for the controls that they are tagged with directly; findings in scope count for every control that they reach.
 */
export function coverageOf(question: CoverageQuestion): FrameworkCoverage[] {
  const { catalogs, assessment, stale, tests } = question;
  const found = findingsByControl(question);
  const outside = outsideByControl(question);
  let number = 0;
  // In the order of canonical JSON, as is every row, because there are hundreds of them.
  return catalogs.map((catalog) => ({
    comparedAt: catalog.comparedAt,
    controls: catalog.controls.map((control, place) => {
      const evidence: ControlEvidence = {
        findingCount: found.all[number] as number,
        directCount: found.direct[number] as number,
        indicatedBy: found.best.get(number),
        outsideScope: outside.get(number),
        tests: tests.get(number),
      };
      number += 1;
      const bare = assessment.system === undefined && !hasAny(evidence) && rowsWithoutEvidence(catalog)[place];
      return bare || controlCoverage(control, evidence, catalog.controls, assessment);
    }),
    edition: catalog.edition,
    framework: catalog.framework,
    name: catalog.name,
    ...(catalog.notice !== undefined && { notice: catalog.notice }),
    stale: stale.includes(catalog),
  }));
}

interface ControlEvidence extends Pick<ControlCoverage, 'findingCount' | 'directCount'> {
  readonly indicatedBy: RefMapping | undefined;
  readonly outsideScope: ControlCoverage['outsideScope'] | undefined;
  readonly tests: ControlTests | undefined;
}

const hasAny = ({ findingCount, outsideScope, tests }: ControlEvidence): boolean =>
  findingCount > 0 || outsideScope !== undefined || tests !== undefined;

const NO_EVIDENCE: ControlEvidence = {
  ...{ findingCount: 0, directCount: 0 },
  ...{ indicatedBy: undefined, outsideScope: undefined, tests: undefined },
};

/** By catalog, its rows without evidence when the request describes no system: most rows of most reports, and the same in each. */
const bareRows = new WeakMap<Catalog, readonly ControlCoverage[]>();

function rowsWithoutEvidence(catalog: Catalog): readonly ControlCoverage[] {
  const known = bareRows.get(catalog);
  if (known) return known;
  const { controls } = catalog;
  // Only a described system is assessed as of a date.
  const rows = controls.map((control) => constant(controlCoverage(control, NO_EVIDENCE, controls, { date: '' })));
  bareRows.set(catalog, rows);
  return rows;
}

function controlCoverage(
  control: Control,
  { findingCount, directCount, indicatedBy, outsideScope, tests = untested() }: ControlEvidence,
  siblings: readonly Control[],
  assessment: Assessment,
): ControlCoverage {
  const { evaluations, hasPassed, hasPassedWholly } = tests;
  const applicability = applicabilityOf(control, siblings);
  const notApplicable = applicability && whyNotApplicable(applicability, assessment);
  const verdict = verdictOf({
    directFindings: directCount,
    findings: findingCount,
    failedEvaluations: evaluations.failed,
    findingsOutsideScope: outsideScope === undefined ? 0 : totalOutside(outsideScope),
    isApplicable: notApplicable === undefined,
    hasPassed,
    hasPassedWholly,
  });
  const wasSeen = verdict === 'finding' || verdict === 'finding_outside_scope';
  return {
    ...(applicability && { applicability: statedApplicability(applicability) }),
    ...(control.appliesToEvery !== undefined && { appliesToEvery: control.appliesToEvery }),
    directCount,
    evaluations,
    findingCount,
    ...(indicatedBy && { indicatedBy: reasonOf(indicatedBy) }),
    nativeId: control.nativeId,
    ...(notApplicable && { notApplicable }),
    ...(notApplicable &&
      wasSeen && {
        note: foundThoughNotApplicable(notApplicable.text),
      }),
    ...(outsideScope && { outsideScope }),
    ref: control.ref,
    title: control.title,
    verdict,
  };
}

const reasonOf = ({ basis, strength = 'primary', via = '', source }: RefMapping): IndicatedBy => ({
  basis,
  source,
  strength,
  via,
});

const total = (counts: CountsByReason): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

/** By control: open findings in scope, those tagged directly, and the best reason of those linked by the crosswalk. */
function findingsByControl({ used, controls }: CoverageQuestion) {
  const all = new Uint32Array(controls.refs.length);
  const direct = new Uint32Array(controls.refs.length);
  const best = new Map<number, RefMapping>();
  for (const { mapping, findings } of used) {
    const number = controls.numberOf(mapping.ref);
    if (number === undefined) continue;
    all[number] = (all[number] as number) + findings;
    if (mapping.basis === 'direct') {
      direct[number] = (direct[number] as number) + findings;
      continue;
    }
    const other = best.get(number);
    if (!other || byEvidence(mapping, other) < 0) best.set(number, mapping);
  }
  return { all, direct, best };
}

/** The evaluations of the probes that are tagged with a control directly. */
export interface ControlTests {
  readonly evaluations: Required<ControlCoverage['evaluations']>;
  /** As `verdictOf` asks. */
  readonly hasPassed: boolean;
  readonly hasPassedWholly: boolean;
}

type CountedTests = { -readonly [member in keyof ControlTests]: ControlTests[member] };

const untested = (): CountedTests => ({
  evaluations: { failed: 0, failedOfUnknownTotal: 0, passed: 0, total: 0, unscored: 0 },
  hasPassed: false,
  hasPassedWholly: false,
});

/** The tests of each control that has any, by its number, counted while the scans are read. */
export class TestCounts {
  readonly #tests = new Map<number, CountedTests>();
  readonly #isUnknown = new Set<number>();

  constructor(private readonly mapRefs: CoverageQuestion['mapRefs']) {}

  add({ run, probes }: ScopedScan): void {
    const inScan = new Map<number, { passed: number; unscored: number }>();
    for (const { evaluations, refs } of probes) {
      for (const number of directAmong(this.mapRefs(refs).controls)) {
        const { evaluations: sum } = this.#at(number);
        add(sum, evaluations);
        if (evaluations.total === null) this.#isUnknown.add(number);
        const own = inScan.get(number) ?? { passed: 0, unscored: 0 };
        inScan.set(number, own);
        own.passed += evaluations.passed ?? 0;
        own.unscored += evaluations.unscored;
      }
    }
    for (const [number, { passed, unscored }] of inScan) {
      const control = this.#at(number);
      control.hasPassed ||= passed > 0;
      control.hasPassedWholly ||= passed > 0 && unscored === 0 && isWhole(run);
    }
  }

  /** After the last scan. */
  tests(): ReadonlyMap<number, ControlTests> {
    for (const number of this.#isUnknown) {
      const { evaluations } = this.#at(number);
      if (evaluations.total === 0) Object.assign(evaluations, { total: null, passed: null });
    }
    return this.#tests;
  }

  #at(number: number): CountedTests {
    const tests = this.#tests.get(number) ?? untested();
    this.#tests.set(number, tests);
    return tests;
  }
}

const isWhole = ({ outcome }: ScopedScan['run']): boolean => outcome !== 'failed' && outcome !== 'incomplete';

/** Failures of an unknown total are counted separately, so that the totals that other scans state stay known. */
function add(sum: ControlTests['evaluations'], { total, passed, failed, unscored }: Evaluations): void {
  sum.failed += failed;
  sum.unscored += unscored;
  if (total === null) {
    sum.failedOfUnknownTotal += failed;
    return;
  }
  sum.total = (sum.total ?? 0) + total;
  sum.passed = (sum.passed ?? 0) + (passed ?? 0);
}

type OutsideScope = NonNullable<ControlCoverage['outsideScope']>;

const totalOutside = ({ closed, unrequested, elsewhen = {} }: OutsideScope): number =>
  total(closed) + total(unrequested) + total(elsewhen);

/** By number, for the controls that have any. */
function outsideByControl({ outside, openElsewhen, mapRefs }: CoverageQuestion): ReadonlyMap<number, OutsideScope> {
  const counts = new Map<number, Required<OutsideScope>>();
  const add = (refs: readonly DirectRef[], of: keyof OutsideScope, reason: string, findings: number) => {
    for (const number of directAmong(mapRefs(refs).controls)) {
      const own = counts.get(number) ?? { closed: {}, elsewhen: {}, unrequested: {} };
      counts.set(number, own);
      own[of][reason] = (own[of][reason] ?? 0) + findings;
    }
  };
  for (const { severity, status, refs, findings } of outside) {
    const isOpen = status === 'open' || status === 'triaged';
    if (isOpen) add(refs, 'unrequested', severity, findings);
    else add(refs, 'closed', status, findings);
  }
  for (const { reason, refs, findings } of openElsewhen) add(refs, 'elsewhen', reason, findings);
  return counts;
}
