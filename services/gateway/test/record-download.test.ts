import { exampleOf } from '@evidence/contracts';
import { given } from '@evidence/decider';
import { expect, test } from 'vitest';
import { recordDownload } from '../src/core/record-download.js';

const report = given(recordDownload, {
  equal: (actual, expected, because) => expect(actual, because).toEqual(expected),
});
const data = exampleOf('ReportDownloaded');
const command = { type: 'RecordDownload', data } as const;
const downloaded = { type: 'ReportDownloaded', data } as const;
const ready = [
  { type: 'ReportRequested', data: exampleOf('ReportRequested') },
  { type: 'ReportStarted', data: exampleOf('ReportStarted') },
  { type: 'ReportScoped', data: exampleOf('ReportScoped') },
  { type: 'ReportMapped', data: exampleOf('ReportMapped') },
  { type: 'ReportReady', data: exampleOf('ReportReady') },
] as const;

test('the download of a ready report is put on record', () => {
  report(...ready)
    .when(command)
    .then(downloaded);
});

test('another download, later or by another token, is one more', () => {
  const later = { ...data, downloadedAt: '2026-05-22T10:36:00.000Z' };
  report(...ready, downloaded)
    .when({ ...command, data: later })
    .then({ ...downloaded, data: later });
  const other = { ...data, downloadedBy: 'token:tok_other' };
  report(...ready, downloaded)
    .when({ ...command, data: other })
    .then({ ...downloaded, data: other });
});

test('what is not ready, or no more, is not downloaded', () => {
  report().when(command).thenNothing();
  report(...ready.slice(0, 4))
    .when(command)
    .thenNothing();
  report(...ready, { type: 'ReportExpired', data: exampleOf('ReportExpired') })
    .when(command)
    .thenNothing();
});
