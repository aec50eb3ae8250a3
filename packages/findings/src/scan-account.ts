import type { Discrepancy } from '@evidence/contracts';
import { DISCREPANCIES_MAX, SUBJECT_CHARS_MAX, WARNING_CHARS_MAX, WARNINGS_MAX } from './limits.js';
import type { ImportWarning } from './parsed-scan.js';
import { oneLine } from './text.js';

/** What an import has to account for beside what it records. */
export class ScanAccount {
  /** Rows that became no finding, by reason. */
  readonly skipped: Record<string, number> = {};
  readonly warnings: ImportWarning[] = [];
  readonly discrepancies: Discrepancy[] = [];

  /** A row that became no finding because that is what it says: it passed, or nobody judged it. */
  pass(reason: string): void {
    this.skipped[reason] = (this.skipped[reason] ?? 0) + 1;
  }

  /** A row that could not be used. */
  skip(reason: string, line: number | undefined, message: string): void {
    this.pass(reason);
    this.warn(reason, message, line);
  }

  warn(code: string, sentence: string, line?: number): void {
    if (this.warnings.length >= WARNINGS_MAX) return;
    const message = oneLine(sentence, WARNING_CHARS_MAX);
    this.warnings.push(line === undefined ? { code, message } : { code, message, line });
  }

  warnOfNotUtf8(): void {
    this.warn('not_utf8', 'The file is not UTF-8 throughout; what could not be read stands as U+FFFD.');
  }

  contradiction({ subject, stated, counted }: Discrepancy): void {
    if (this.discrepancies.length >= DISCREPANCIES_MAX) return;
    this.discrepancies.push({ subject: oneLine(subject, SUBJECT_CHARS_MAX), stated, counted });
  }
}
