import type { ReportScan } from '@evidence/contracts';
import type { Block } from '../writer/blocks.js';
import { paragraph, type ReportFacts, run } from './pack.js';
import { openElsewhen } from './sentences/elsewhen.js';
import * as says from './sentences/summary.js';
import { LEADING, text } from './style.js';

const { summarySays } = says;

/** Whether any evaluation has a verdict. */
export const wasTested = ({ scans }: Pick<ReportFacts, 'scans'>): boolean =>
  scans.some(({ evaluated, evaluations }) => evaluated && evaluations.total !== 0);

/** The main message. An empty list must never look like a good result, so it also says what was tested. */
export function headline(report: ReportFacts): Block[] {
  const isKnown = wasTested(report) || report.summary.total_open > 0;
  const body = wasTested(report) ? [tested(report)] : [untested(report)];
  const { findings_without_control: without } = report.mapping;
  if (without > 0) body.push(says.findingsWithoutControl(without, report.summary.total_open));
  if (isKnown && report.coverage.length > 0) body.push(says.controlsInTotal(report.coverage));
  const elsewhen = openElsewhen(report.receipt.open_elsewhen).join(' ');
  return [
    paragraph([run(lead(report), text.lead)], { leading: LEADING.normal, below: 1 }),
    ...body.map((words) => paragraph([run(words, text.body)], { leading: LEADING.normal })),
    ...(elsewhen === '' ? [] : [paragraph([run(elsewhen, text.strong)], { leading: LEADING.normal })]),
  ];
}

function lead(report: ReportFacts): string {
  if (report.summary.total_open > 0) return says.openFindings(report.summary);
  return wasTested(report) ? summarySays.noOpenFindings : summarySays.nothingTested;
}

const untested = ({ summary }: ReportFacts): string =>
  summary.total_open > 0 ? summarySays.findingsWithoutTest : summarySays.emptyIsNotClean;

function tested({ scans, summary }: ReportFacts): string {
  const evaluated = scans.filter((scan) => scan.evaluated);
  const sentences = [...verdictsIn(evaluated)];
  const failed = sum(evaluated, ({ evaluations }) => evaluations.failed);
  if (summary.total_open === 0 && failed > 0) sentences.push(summarySays.failedElsewhere);
  const idle = scans.filter((scan) => !scan.evaluated);
  if (idle.length > 0) sentences.push(says.notEvaluated(idle.length, ended(idle, 'failed'), ended(idle, 'incomplete')));
  const broken = ended(evaluated, 'failed');
  if (broken > 0) sentences.push(says.failedRuns(broken));
  const partly = ended(evaluated, 'incomplete');
  if (partly > 0) sentences.push(says.incompleteScans(partly));
  return sentences.join(' ');
}

const ended = (scans: readonly ReportScan[], how: ReportScan['run']['outcome']): number =>
  scans.filter(({ run }) => run.outcome === how).length;

/** Known and unknown totals are stated separately: their sum would be neither. */
function* verdictsIn(evaluated: readonly ReportScan[]): Iterable<string> {
  const known = evaluated.filter(({ evaluations }) => evaluations.total !== null);
  const unknown = evaluated.filter(({ evaluations }) => evaluations.total === null);
  if (known.length > 0) {
    const of = (member: 'total' | 'passed' | 'failed') => sum(known, ({ evaluations }) => evaluations[member] ?? 0);
    yield says.evaluated(of('total'), known.length, of('passed'), of('failed'));
  }
  if (unknown.length > 0) {
    const failed = sum(unknown, ({ evaluations }) => evaluations.failed);
    yield says.evaluatedUnknown(failed, unknown.length, known.length > 0);
  }
}

const sum = <T>(of: readonly T[], value: (one: T) => number): number =>
  of.reduce((total, one) => total + value(one), 0);
