import { loadFrameworks } from '@evidence/frameworks/load';
import { expect, test } from 'vitest';
import { requestedFrameworks } from '../../../src/core/reports/requested-frameworks.js';
import { slugOf } from '../../slug-of.js';

test('frameworks are pinned to editions in the order of the request', () => {
  const frameworks = loadFrameworks();
  expect(requestedFrameworks(['OWASP_LLM@2026', 'ISO_42001'], frameworks)).toEqual([
    { framework: 'OWASP_LLM', edition: '2026' },
    { framework: 'ISO_42001', edition: '2023' },
  ]);
  expect(slugOf(() => requestedFrameworks(['OWASP_LLM', 'toString'], frameworks))).toBe('framework_unknown');
  expect(slugOf(() => requestedFrameworks(['OWASP_LLM@'], frameworks))).toBe('framework_unknown');
});
