import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type ReportEventType, reportEventTypes } from '@evidence/contracts';
import { describe, expect, it } from 'vitest';
import {
  consumingServices,
  durableOf,
  durablesOf,
  parseSubject,
  patternOf,
  subjectOf,
  typeOfPattern,
} from '../src/subjects.js';

const reportId = 'rpt_2026_6a3cde4gxwq2m5k7vhp9rt2yb4';
const lastTokens: Record<ReportEventType, string> = {
  ReportRequested: 'requested',
  ReportStarted: 'started',
  ReportScoped: 'scoped',
  ReportMapped: 'mapped',
  ReportReady: 'ready',
  ReportFailed: 'failed',
  ReportExpired: 'expired',
  ReportDownloaded: 'downloaded',
  ArtifactRestored: 'restored',
  ArtifactLost: 'lost',
};

describe('subjects', () => {
  it.each(reportEventTypes)('%s has a subject and a pattern, and both can be parsed', (type) => {
    const subject = subjectOf(type, 'acme', reportId);
    expect(subject).toBe(`reports.v1.acme.${reportId}.${lastTokens[type]}`);
    expect(patternOf(type)).toBe(`reports.v1.*.*.${lastTokens[type]}`);
    expect(typeOfPattern(patternOf(type))).toBe(type);
    expect(parseSubject(subject)).toEqual({ type, tenant: 'acme', reportId });
  });

  it.each([
    '',
    'reports.v1',
    `reports.v2.acme.${reportId}.ready`,
    `reports.v1.acme.${reportId}.unheard`,
    `reports.v1..${reportId}.ready`,
    `reports.v1.acme.${reportId}.ready.twice`,
    `events.v1.acme.${reportId}.ready`,
  ])('"%s" is not one of ours', (subject) => {
    expect(parseSubject(subject)).toBeUndefined();
  });

  it('has one consumer for every service except the gateway, and a second one for started reports', async () => {
    const services = await readdir(join(import.meta.dirname, '../../../services'));
    const hearing = services.filter((name) => name !== 'gateway');
    expect(consumingServices.flatMap(durablesOf).toSorted()).toEqual([...hearing, 'scoping-started'].toSorted());
    expect(durableOf('scoping', 'ReportRequested')).toBe('scoping');
    expect(durableOf('scoping', 'ReportStarted')).toBe('scoping-started');
    expect(durableOf('renderer', 'ReportMapped')).toBe('renderer');
  });
});
