import type { Severity } from '@evidence/contracts';
import type { Frameworks } from '@evidence/frameworks';
import { ImportRefusal } from '../../import-refusal.js';
import { NAME_CHARS_MAX, TITLE_CHARS_MAX } from '../../limits.js';
import { type ParsedScan, RUN_NOT_STATED } from '../../parsed-scan.js';
import { severitySays, summarySays, titleSays } from '../../sentences/findings.js';
import { notThisFormat } from '../../sentences/formats.js';
import { rowNamed, rowSays } from '../../sentences/rows.js';
import { type Picking, picksOf } from '../json/picks.js';
import { withoutNumbersOfPython } from '../json/python-numbers.js';
import { countOf, isObject, textOf } from '../json/values.js';
import { type JudgedRow, type JudgedRows, readingRows } from '../judged-rows.js';
import { excerptOf } from '../redaction.js';
import { RowDigest } from '../row-digest.js';
import { oneLine } from '../text.js';
import { refsOfTestCase } from './tags.js';
import { type DeepTeamTestCase, testCaseOf } from './test-case.js';

/** `RiskAssessment.save()` of DeepTeam (1.0.10): the overview, then the test cases. */
const PICKING: Picking = {
  patterns: ['overview', 'test_cases.*'],
  ignored: new Set([
    'attack_method_results',
    'context',
    'retrievalContext',
    'toolsCalled',
    'expectedTools',
    'metadata',
  ]),
};

const REASON_CHARS_MAX = 200;

/** Reads a DeepTeam risk assessment. A finding is a test case that failed. The file states neither its time nor the version of DeepTeam. */
export function parseDeepTeam(source: AsyncIterable<Uint8Array>, frameworks: Frameworks): Promise<ParsedScan> {
  return readingRows(async (rows) => {
    const assessment = new RiskAssessment(frameworks, rows);
    for await (const picks of picksOf(withoutNumbersOfPython(source), PICKING)) {
      for (const pick of picks) {
        if ('notUtf8' in pick) assessment.warnOfNotUtf8();
        else if (pick.pattern === 'overview') assessment.overview = pick.value;
        else await assessment.add(pick.value, pick.cut);
      }
    }
    return assessment.scan();
  });
}

class RiskAssessment {
  overview: unknown;
  #count = 0;
  readonly #digest = new RowDigest();
  #usable = 0;

  constructor(
    private readonly frameworks: Frameworks,
    private readonly rows: JudgedRows,
  ) {}

  warnOfNotUtf8(): void {
    this.rows.account.warnOfNotUtf8();
  }

  async add(row: unknown, isCut: boolean): Promise<void> {
    const name = rowNamed.testCase(++this.#count);
    this.#digest.add(row);
    const testCase = testCaseOf(row);
    if (!testCase) {
      this.rows.account.skip('unusable_test_case', undefined, rowSays.noVulnerability(name));
      return;
    }
    this.#usable++;
    if (isCut) this.rows.account.lose('row_cut', undefined, rowSays.tooLarge(name));
    const { vulnerability, type, attack, verdict } = testCase;
    // DeepTeam writes new prompts for each run.
    const identity = [vulnerability, type, attack];
    const finding = () => findingOf(testCase);
    const probe = probeOf(testCase);
    const tagRefs = refsOfTestCase(testCase.category, probe, this.frameworks);
    await this.rows.add({ probe, detector: '', identity, verdict, isCut, ...tagRefs, finding });
  }

  scan(): ParsedScan {
    const results = isObject(this.overview) ? this.overview.vulnerability_type_results : undefined;
    if (!Array.isArray(results) && this.#usable === 0) {
      const { skipped } = this.rows.account;
      throw new ImportRefusal('not_this_format', notThisFormat.deepteam, { skipped });
    }
    this.#compare(Array.isArray(results) ? results : []);
    return this.rows.scan({
      tool: { name: 'DeepTeam', version: '' },
      startedAt: undefined,
      run: RUN_NOT_STATED,
      rowsSha256: this.#digest.of('deepteam'),
      attempts: this.#count,
    });
  }

  /**
   * Compares the passed and failed totals of each type of vulnerability. Errors are not compared, because `errored` in the overview is that of
   * the last type alone, which is always 0 (deepteam/red_teamer/risk_assessment.py, 1.0.10).
   */
  #compare(results: readonly unknown[]): void {
    for (const result of results.filter(isObject)) {
      const { vulnerability, vulnerability_type: type, passing, failing } = result;
      const probe = probeOf({ vulnerability: textOf(vulnerability) ?? '', type: textOf(type) ?? '' });
      const { passed, failed } = this.rows.tallyOf(probe, '');
      const subject = `overview: ${probe}:`;
      const [statedPassing, statedFailing] = [countOf(passing), countOf(failing)];
      if (statedPassing !== undefined && statedPassing !== passed)
        this.rows.account.contradiction({ subject: `${subject} passing`, stated: statedPassing, counted: passed });
      if (statedFailing !== undefined && statedFailing !== failed)
        this.rows.account.shortfall({ subject: `${subject} failing`, stated: statedFailing, counted: failed });
    }
  }
}

const probeOf = ({ vulnerability, type }: Pick<DeepTeamTestCase, 'vulnerability' | 'type'>): string =>
  oneLine(type === '' ? vulnerability : `${vulnerability}: ${type}`, NAME_CHARS_MAX);

function findingOf(testCase: DeepTeamTestCase): ReturnType<JudgedRow['finding']> {
  const { category, attack, reason, output, cvss } = testCase;
  const why = oneLine(excerptOf(reason), REASON_CHARS_MAX) || titleSays.testFailed;
  const sentences = [
    attack && summarySays.attack(attack),
    category && summarySays.riskCategory(category),
    reason && summarySays.whyFailed(reason),
  ];
  return {
    title: oneLine(`${probeOf(testCase)}: ${why}`, TITLE_CHARS_MAX),
    summary: excerptOf(sentences.filter(Boolean).join('\n')),
    severity: severityOf(cvss),
    severityOriginal: cvss === undefined ? severitySays.none : String(cvss),
    excerpt: excerptOf(output),
  };
}

/** By CVSS 3.1 §5, as in DeepTeam. Medium without a score. */
function severityOf(cvss: number | undefined): Severity {
  if (cvss === undefined) return 'medium';
  if (cvss >= 9) return 'critical';
  if (cvss >= 7) return 'high';
  return cvss >= 4 ? 'medium' : 'low';
}
