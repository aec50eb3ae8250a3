import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkScan, type Imported, imported, inChunks } from './importing.js';

describe('any document gives valid events that account for every row, or a refusal', () => {
  const word = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.constantFrom('fail', 'pass', 'high', 'R1', 'LLM01:2025'),
  );
  const figure = fc.oneof(fc.integer({ min: -2, max: 9 }), fc.constantFrom(0.5, null, true, false, 1e300));
  const any = fc.oneof(word, figure, fc.jsonValue({ maxDepth: 2 }));
  const sarifResult = fc.record(
    {
      ruleId: any,
      ruleIndex: any,
      rule: any,
      kind: fc.oneof(word, fc.constant('fail')),
      level: any,
      message: any,
      locations: any,
      suppressions: any,
      taxa: any,
      properties: any,
      baselineState: any,
    },
    { requiredKeys: [] },
  );
  const rows: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
    promptfoo: fc.record(
      {
        success: fc.oneof(fc.boolean(), any),
        failureReason: any,
        error: any,
        gradingResult: any,
        response: any,
        provider: any,
        testCase: any,
        metadata: fc.oneof(any, fc.record({ pluginId: any, severity: any })),
      },
      { requiredKeys: [] },
    ),
    deepteam: fc.record(
      {
        vulnerability: fc.oneof(word, fc.constantFrom('Bias', 'PII Leakage')),
        vulnerability_type: any,
        risk_category: fc.oneof(word, fc.constant('LLM_01')),
        attack_method: any,
        score: fc.oneof(figure, fc.constantFrom(0, 1)),
        cvss_score: any,
        error: any,
        reason: any,
        actual_output: any,
        turns: any,
      },
      { requiredKeys: [] },
    ),
    pyrit: fc.record(
      {
        objective: fc.oneof(word, fc.constant('o')),
        outcome: fc.oneof(word, fc.constantFrom('success', 'failure', 'error', 'undetermined')),
        last_score: fc.oneof(any, fc.record({ score_value: any, score_type: any, score_category: any, status: any })),
        atomic_attack_identifier: any,
        last_response: any,
        targeted_harm_categories: any,
        timestamp: any,
      },
      { requiredKeys: [] },
    ),
    // A row is a score: a value with several keys would be several.
    inspect: fc.record(
      {
        id: fc.oneof(word, fc.nat(9)),
        epoch: any,
        scores: fc.oneof(
          fc.record({
            s: fc.record({ value: fc.oneof(word, figure, fc.constantFrom('C', 'I', 'N')), explanation: any }),
          }),
          fc.record({ s: figure }),
          fc.constantFrom(null, {}),
        ),
        error: any,
        invalidation: any,
        metadata: fc.oneof(any, fc.record({ owasp: any, severity: any })),
        output: fc.oneof(any, fc.record({ choices: fc.array(fc.record({ message: fc.record({ content: any }) })) })),
      },
      { requiredKeys: ['id'] },
    ),
    sarif: sarifResult,
    native: fc.record(
      {
        title: fc.oneof(word, any),
        severity: any,
        status: any,
        tags: any,
        hits: any,
        evaluations: any,
        probe: any,
        discovered_at: any,
      },
      { requiredKeys: ['title', 'severity'] },
    ),
  };
  const around: Readonly<Record<string, (rows: readonly unknown[], facts: unknown) => object>> = {
    promptfoo: (results, stats) => ({ evalId: 'e', metadata: stats, results: { stats, results } }),
    deepteam: (test_cases, facts) => {
      const results = [facts, { vulnerability: facts, vulnerability_type: facts, passing: facts, failing: facts }];
      return { overview: { vulnerability_type_results: results }, test_cases };
    },
    pyrit: (results, facts) => ({
      scenario_identifier: { class_name: facts, pyrit_version: facts },
      scenario_run_state: 'COMPLETED',
      error_message: facts,
      attack_results: { a: results },
    }),
    inspect: (samples, facts) => ({
      status: facts,
      eval: { task: 't', tags: [facts], metadata: { evidence_pass_when: 's=C', owasp_llm: facts } },
      results: { total_samples: facts, early_stopping: facts },
      error: facts,
      samples,
    }),
    sarif: (results, facts) => ({
      version: '2.1.0',
      runs: [
        {
          results,
          tool: { driver: { name: facts, rules: [facts, { id: 'R1', properties: facts }] } },
          invocations: [facts],
        },
      ],
    }),
    native: (findings, facts) => ({
      format: 'evidence-findings/v1',
      tool: facts,
      severity_scale: '1-5',
      probes: [facts],
      totals: facts,
      findings,
    }),
  };

  it.each(Object.keys(rows))('%s', { timeout: 120_000 }, async (format) => {
    const row = fc.oneof(rows[format] ?? fc.nat(), fc.jsonValue({ maxDepth: 1 }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 6 }),
        any,
        fc.integer({ min: 1, max: 200 }),
        async (all, facts, chunkBytes) => {
          const text = JSON.stringify(around[format]?.(all, facts));
          const first: Imported = await imported(inChunks(text, chunkBytes), { format });
          checkScan(first);
          expect(first.scan.counts.in).toBe(all.length);
          expect(await imported(inChunks(text, 5000), { format })).toEqual(first);
        },
      ),
      { seed: 20261124, numRuns: 300 },
    );
  });
});
