import { expect, test } from 'vitest';
import { reportScopeOf } from '../../../src/core/reports/report-scope.js';
import { slugOf } from '../../slug-of.js';

test('a scope keeps what narrows it, with the names of the event', () => {
  expect(reportScopeOf({ endpoint_ids: ['ep_1'], from: '2026-04-01', to: '2026-04-01' })).toEqual({
    endpointIds: ['ep_1'],
    includeSeverities: [],
    from: '2026-04-01',
    to: '2026-04-01',
  });
  expect(reportScopeOf({ to: '2999-12-31' })).toEqual({ endpointIds: [], includeSeverities: [], to: '2999-12-31' });
  expect(slugOf(() => reportScopeOf({ from: '2026-04-02', to: '2026-04-01' }))).toBe('scope_invalid');
  expect(slugOf(() => reportScopeOf(undefined))).toBe('scope_invalid');
});
