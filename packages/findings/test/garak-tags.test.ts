import { describe, expect, it } from 'vitest';
import { digest, evaluation, importRows, init } from './garak-file.js';

describe('a probe of garak', () => {
  it('without tags takes those that garak itself assigns to it, and says so', async () => {
    const { findings } = await importRows(
      init,
      evaluation('web_injection.MarkdownXSS', 'web_injection.MarkdownExfilBasic', 0, 3),
    );
    expect(findings[0]?.refs.map(({ ref, native }) => [ref, native])).toEqual([
      ['OWASP_LLM02', 'owasp:llm06'],
      ['OWASP_LLM05', 'owasp:llm02'],
    ]);
    expect(findings[0]?.refs[0]?.source).toMatch(/the file has none/);
  });

  it('says why a doubtful tag is not a ref', async () => {
    const { findings } = await importRows(evaluation('exploitation.SQLInjectionEcho', 'exploitation.SQLiEcho', 0, 3));
    expect(findings[0]?.refs.map(({ ref }) => ref)).toEqual(['OWASP_LLM05']);
    expect(findings[0]?.unresolvedTags).toContainEqual(
      expect.stringMatching(/^owasp:llm06 \(.*Excessive Agency of 2025.*\)$/),
    );
  });

  it('lists unknown tags, and guesses nothing about an unknown probe', async () => {
    const tagged = digest(
      'dan.Dan_11_0',
      'dan.DAN',
      { passed: 1, total: 2 },
      { probe_tags: ['owasp:llm07', 'owasp:llm06', 'payload:x', 7, ''] },
    );
    const { findings } = await importRows(tagged);
    const stated = { source: 'garak probe tags', origin: 'file' };
    expect(findings[0]?.refs).toEqual([
      { ref: 'OWASP_LLM02', native: 'owasp:llm06', ...stated },
      { ref: 'OWASP_LLM_2023_07', native: 'owasp:llm07', ...stated },
    ]);
    expect(findings[0]?.unresolvedTags).toEqual(['payload:x']);
    const unknown = await importRows(evaluation('own.Probe', 'own.Detector', 0, 1));
    expect(unknown.findings[0]).toMatchObject({ refs: [], unresolvedTags: [] });
  });
});
