import { exampleOf } from '@evidence/contracts/examples';
import { type Expectations, given } from '@evidence/decider/given';
import { expect, test } from 'vitest';
import { claimIdempotencyKey, recordDownload, requestReport } from '../../src/core/decider.js';

const expectations: Expectations = {
  equal: (actual, expected, because) => expect(actual, because).toEqual(expected),
};

const asked = given(requestReport, expectations);
const request = exampleOf('ReportRequested');
const requested = { type: 'ReportRequested', data: request } as const;

test('a request starts the life of a report', () => {
  asked().when({ type: 'RequestReport', data: request }).then(requested);
});

test('the title is recorded without secrets', () => {
  const data = { ...request, title: 'Pack for https://kim:p4ss@h.example/' };
  const title = 'Pack for https://kim:[redacted: secret]@h.example/';
  asked()
    .when({ type: 'RequestReport', data })
    .then({ type: 'ReportRequested', data: { ...data, title } });
});

test('the same id again is a retry, in whatever phase the report is', () => {
  asked(requested).when({ type: 'RequestReport', data: request }).thenNothing();
  const failed = { type: 'ReportFailed', data: exampleOf('ReportFailed') } as const;
  asked(requested, failed).when({ type: 'RequestReport', data: request }).thenNothing();
});

const report = given(recordDownload, expectations);
const download = exampleOf('ReportDownloaded');
const command = { type: 'RecordDownload', data: download } as const;
const downloaded = { type: 'ReportDownloaded', data: download } as const;
const ready = [
  { type: 'ReportRequested', data: exampleOf('ReportRequested') },
  { type: 'ReportStarted', data: exampleOf('ReportStarted') },
  { type: 'ReportScoped', data: exampleOf('ReportScoped') },
  { type: 'ReportMapped', data: exampleOf('ReportMapped') },
  { type: 'ReportReady', data: exampleOf('ReportReady') },
] as const;

test('the download of a ready report is recorded', () => {
  report(...ready)
    .when(command)
    .then(downloaded);
});

test('another download, later or by another token, is recorded too', () => {
  const later = { ...download, downloadedAt: '2026-05-22T10:36:00.000Z' };
  report(...ready, downloaded)
    .when({ ...command, data: later })
    .then({ ...downloaded, data: later });
  const other = { ...download, downloadedBy: 'token:tok_other' };
  report(...ready, downloaded)
    .when({ ...command, data: other })
    .then({ ...downloaded, data: other });
});

test('a report that is not ready, or no longer, cannot be downloaded', () => {
  report().when(command).thenNothing();
  report(...ready.slice(0, 4))
    .when(command)
    .thenNothing();
  report(...ready, { type: 'ReportExpired', data: exampleOf('ReportExpired') })
    .when(command)
    .thenNothing();
});

const key = given(claimIdempotencyKey, expectations);
const claimData = { ...exampleOf('IdempotencyKeyClaimed'), claimedAt: '2026-05-22T10:35:00.000Z' };
const claimed = { type: 'IdempotencyKeyClaimed', data: claimData } as const;
const claim = (more: Partial<typeof claimData>) =>
  ({
    type: 'ClaimIdempotencyKey',
    data: { ...claimData, reportId: 'rpt_2026_00000000000000000000000000', ...more },
  }) as const;

test('a free key is claimed', () => {
  key().when({ type: 'ClaimIdempotencyKey', data: claimData }).then(claimed);
});

test('the same body again changes nothing for 24 hours, then the key is free', () => {
  key(claimed)
    .when(claim({ claimedAt: '2026-05-23T10:34:59.999Z' }))
    .thenNothing();
  const anew = claim({ claimedAt: '2026-05-23T10:35:00.000Z' });
  key(claimed).when(anew).then({ type: 'IdempotencyKeyClaimed', data: anew.data });
});

test('another body is refused for 24 hours', () => {
  const other = { requestSha256: 'f'.repeat(64) };
  key(claimed)
    .when(claim({ ...other, claimedAt: '2026-05-23T10:34:59.999Z' }))
    .thenRefused('idempotency_key_reused');
  const anew = claim({ ...other, claimedAt: '2026-05-23T10:35:00.000Z' });
  key(claimed).when(anew).then({ type: 'IdempotencyKeyClaimed', data: anew.data });
});

test('a clock that lags behind the claimant’s does not free the key', () => {
  key(claimed)
    .when(claim({ claimedAt: '2026-05-22T10:34:59.000Z' }))
    .thenNothing();
});
