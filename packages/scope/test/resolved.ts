import { type ScopeLine, type ScopeSnapshot, SEVERITIES } from '@evidence/contracts';
import type { KnownFinding } from '../src/recorded-evidence.ts';
import { type ScopeQuestion, scopeLines } from '../src/resolve-scope.ts';

/** The lines of a snapshot as one document. */
export function snapshotOf(lines: Iterable<ScopeLine>): ScopeSnapshot {
  const snapshot: Omit<ScopeSnapshot, 'tenant' | 'scope' | 'counts'> = {
    ...{ findings: [], dispositions: [], scans: [], outside: [], openElsewhen: [] },
  };
  let about: Pick<ScopeSnapshot, 'tenant' | 'scope'> | undefined;
  let totals: ScopeLine['totals'];
  for (const line of lines) {
    about ??= line.header;
    totals ??= line.totals;
    if (line.disposition) snapshot.dispositions.push(line.disposition);
    if (line.finding) snapshot.findings.push(line.finding);
    if (line.outside) snapshot.outside?.push(line.outside);
    if (line.openElsewhen) snapshot.openElsewhen?.push(line.openElsewhen);
    if (line.scan) snapshot.scans.push(line.scan);
  }
  if (!about || !totals) throw new Error('A snapshot has a header and totals.');
  const { scans: _, openElsewhen: __, redactions: ___, unreadableEvents, ...counts } = totals;
  return { ...about, ...snapshot, counts, ...(unreadableEvents !== undefined && { unreadableEvents }) };
}

/** The scope of evidence in any order, as one document. */
export function resolveScope({ findings, scans, ...question }: ScopeQuestion): ScopeSnapshot {
  const { includeSeverities } = question.scope;
  const isListed = ({ recorded: { severity }, status }: KnownFinding) =>
    (status === 'open' || status === 'triaged') &&
    (includeSeverities.length === 0 || includeSeverities.includes(severity));
  const sorted = [...findings].sort(
    (a, b) =>
      Number(isListed(a)) - Number(isListed(b)) ||
      SEVERITIES.indexOf(a.recorded.severity) - SEVERITIES.indexOf(b.recorded.severity) ||
      (a.recorded.id < b.recorded.id ? -1 : 1),
  );
  return snapshotOf(
    scopeLines({
      ...question,
      findings: sorted,
      scans: [...scans].sort((a, b) => (a.scan.id < b.scan.id ? -1 : 1)),
    }),
  );
}
