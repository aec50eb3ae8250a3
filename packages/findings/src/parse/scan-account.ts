import type { Discrepancy, RunState } from '@evidence/contracts';
import {
  DISCREPANCIES_MAX,
  PROBLEM_CHARS_MAX,
  RUN_PROBLEMS_MAX,
  SUBJECT_CHARS_MAX,
  WARNING_CHARS_MAX,
  WARNINGS_MAX,
} from '../limits.js';
import type { ImportWarning } from '../parsed-scan.js';
import { scanSays } from '../sentences/scans.js';
import { oneLine } from './text.js';

/** The rows, warnings and discrepancies that an import reports in addition to its findings. */
export class ScanAccount {
  /** Rows that did not become findings, by reason. */
  readonly skipped: Record<string, number> = {};
  readonly warnings: ImportWarning[] = [];
  readonly discrepancies: Discrepancy[] = [];
  /** Rows that were not read completely, by reason; and sentences about results that are not rows of the file. */
  readonly #unread = new Map<string, number>();
  readonly #gaps: string[] = [];

  /** A row that is not a finding by its own account: it passed, or it was not judged. */
  pass(reason: string): void {
    this.skipped[reason] = (this.skipped[reason] ?? 0) + 1;
  }

  /** A row that could not be used. */
  skip(reason: string, line: number | undefined, message: string): void {
    this.pass(reason);
    this.lose(reason, line, message);
  }

  /** A row that could not be used completely. Does not count it as skipped. */
  lose(reason: string, line: number | undefined, message: string): void {
    this.#unread.set(reason, (this.#unread.get(reason) ?? 0) + 1);
    this.warn(reason, message, line);
  }

  /** Results, or facts needed to understand them, that are missing from the file or in a place that is not read. */
  miss(code: string, message: string, line?: number): void {
    if (this.#gaps.length < RUN_PROBLEMS_MAX) this.#gaps.push(oneLine(message, PROBLEM_CHARS_MAX));
    this.warn(code, message, line);
  }

  /** How the run ended, and whether all of its file was read: a part that was not read may contain failures. */
  stateOf(ending: RunState): RunState {
    const rows = [...this.#unread].map(([reason, count]) => scanSays.rowsNotRead(count, reason));
    const gaps = [...this.#gaps, ...rows];
    if (gaps.length === 0) return ending;
    return {
      outcome: ending.outcome === 'failed' ? 'failed' : 'incomplete',
      problems: [...ending.problems, ...gaps].slice(0, RUN_PROBLEMS_MAX),
    };
  }

  warn(code: string, sentence: string, line?: number): void {
    if (this.warnings.length >= WARNINGS_MAX) return;
    const message = oneLine(sentence, WARNING_CHARS_MAX);
    this.warnings.push(line === undefined ? { code, message } : { code, message, line });
  }

  warnOfNotUtf8(): void {
    this.warn('not_utf8', scanSays.notUtf8);
  }

  /** A total or a list that states more failures or results than the rows show. The missing ones may concern any control. */
  shortfall(discrepancy: Discrepancy): void {
    this.contradiction(discrepancy);
    const { subject, stated, counted } = discrepancy;
    if (stated <= counted || this.#gaps.length >= RUN_PROBLEMS_MAX) return;
    this.#gaps.push(oneLine(scanSays.contradiction(subject, stated, counted), PROBLEM_CHARS_MAX));
  }

  contradiction({ subject, stated, counted }: Discrepancy): void {
    if (this.discrepancies.length >= DISCREPANCIES_MAX) return;
    this.discrepancies.push({ subject: oneLine(subject, SUBJECT_CHARS_MAX), stated, counted });
  }
}
