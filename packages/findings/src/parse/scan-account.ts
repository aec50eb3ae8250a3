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
import { oneLine } from './text.js';

/** What an import has to account for in addition to what it records. */
export class ScanAccount {
  /** Rows that became no finding, by reason. */
  readonly skipped: Record<string, number> = {};
  readonly warnings: ImportWarning[] = [];
  readonly discrepancies: Discrepancy[] = [];
  /** Rows that were not read, or not whole, by reason; and sentences about results that are no rows of the file. */
  readonly #unread = new Map<string, number>();
  readonly #gaps: string[] = [];

  /** A row that became no finding because that is what it says: it passed, or it was not judged. */
  pass(reason: string): void {
    this.skipped[reason] = (this.skipped[reason] ?? 0) + 1;
  }

  /** A row that could not be used, whatever it held. */
  skip(reason: string, line: number | undefined, message: string): void {
    this.pass(reason);
    this.lose(reason, line, message);
  }

  /** A row of which something could not be used, however it is counted. */
  lose(reason: string, line: number | undefined, message: string): void {
    this.#unread.set(reason, (this.#unread.get(reason) ?? 0) + 1);
    this.warn(reason, message, line);
  }

  /** Results, or what is needed to understand them, that the file has in a place that is not read, or not in it at all. */
  miss(code: string, message: string, line?: number): void {
    if (this.#gaps.length < RUN_PROBLEMS_MAX) this.#gaps.push(oneLine(message, PROBLEM_CHARS_MAX));
    this.warn(code, message, line);
  }

  /** A run that ended like this, and whether all of its file was read: what was not read may be what failed. */
  stateOf(ending: RunState): RunState {
    const rows = [...this.#unread].map(
      ([reason, count]) => `${count === 1 ? '1 row was' : `${count} rows were`} not read completely: ${reason}.`,
    );
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
    this.warn('not_utf8', 'The file is not valid UTF-8 throughout. Invalid bytes were replaced by U+FFFD.');
  }

  /** A total, or a list, that states more failures or more results than the rows show: whatever is missing may concern any control. */
  shortfall(discrepancy: Discrepancy): void {
    this.contradiction(discrepancy);
    const { subject, stated, counted } = discrepancy;
    if (stated <= counted || this.#gaps.length >= RUN_PROBLEMS_MAX) return;
    const gap = `${subject}: the file states ${stated}, but its rows show ${counted}.`;
    this.#gaps.push(oneLine(gap, PROBLEM_CHARS_MAX));
  }

  contradiction({ subject, stated, counted }: Discrepancy): void {
    if (this.discrepancies.length >= DISCREPANCIES_MAX) return;
    this.discrepancies.push({ subject: oneLine(subject, SUBJECT_CHARS_MAX), stated, counted });
  }
}
