import { describe, expect, it } from 'vitest';
import { frameworksOf } from '../src/index.js';
import { loadFrameworks, readData } from '../src/load.js';

const frameworks = loadFrameworks();
const garak = frameworks.tagTable('garak');
const promptfoo = frameworks.tagTable('promptfoo');

const recorded = (text: string) => {
  const meaning = frameworks.meaningOf(text);
  return meaning.kind === 'ref' ? meaning.ref : undefined;
};

describe('the meaning of a tag that an event records', () => {
  it('is the entry in the recorded edition that is exactly the same', () => {
    expect(recorded('LLM02:2023')).toBe('OWASP_LLM05');
    expect(recorded('owasp:2026:llm03')).toBe('OWASP_LLM06');
    expect(recorded('AML.T0051')).toBe('MITRE_ATLAS_AML_T0051');
  });

  it('is the entry itself if the recorded edition has no identical one', () => {
    expect(recorded('LLM07:2023')).toBe('OWASP_LLM_2023_07');
    expect(recorded('LLM10:2023')).toBe('OWASP_LLM_2023_10');
  });

  it('is nothing, with the reason, if it could be several', () => {
    const reason = 'could be OWASP_LLM06 or OWASP_LLM_2023_06 or OWASP_LLM_2026_06';
    expect(frameworks.meaningOf('owasp:llm06')).toEqual({ kind: 'none', reason });
    expect(frameworks.meaningOf('payload:jailbreak')).toEqual({ kind: 'none' });
  });

  it('says if a paragraph is unknown', () => {
    expect(frameworks.meaningOf('Art. 15(4)')).toEqual({ kind: 'ref', ref: 'EU_AI_ACT_Art15' });
    expect(frameworks.meaningOf('Art. 15(9)')).toMatchObject({ note: 'paragraph not checked' });
  });
});

describe('garak’s tags', () => {
  const refOf = (tag: string, probe?: string) => {
    const meaning = garak.meaningOf(tag, probe);
    return meaning.kind === 'ref' ? meaning.ref : undefined;
  };

  it('use the list of 2023, unless they name the year', () => {
    expect(refOf('owasp:llm02')).toBe('OWASP_LLM05');
    expect(refOf('owasp:llm06')).toBe('OWASP_LLM02');
    expect(refOf('owasp:llm08')).toBe('OWASP_LLM06');
    expect(refOf('owasp:llm07')).toBe('OWASP_LLM_2023_07');
    expect(refOf('owasp:2025:llm07')).toBe('OWASP_LLM07');
    expect(refOf('owasp:2026:llm03')).toBe('OWASP_LLM06');
  });

  it('stay untranslated, with the reason, if they are doubtful on a probe', () => {
    for (const probe of ['exploitation.SQLInjectionEcho', 'exploitation.OSCommandInjection'])
      expect(garak.meaningOf('owasp:llm06', probe)).toEqual({
        kind: 'none',
        reason: expect.stringContaining('likely means Excessive Agency of 2025'),
      });
    expect(refOf('owasp:llm02', 'exploitation.SQLInjectionEcho')).toBe('OWASP_LLM05');
    expect(refOf('owasp:llm07', 'agent_breaker.AgentBreaker')).toBeUndefined();
    expect(refOf('owasp:llm05', 'ansiescape.AnsiRaw')).toBeUndefined();
    expect(refOf('owasp:llm05', 'packagehallucination.Python')).toBe('OWASP_LLM03');
    expect(refOf('payload:jailbreak')).toBeUndefined();
    expect(refOf('__proto__')).toBeUndefined();
  });

  it('are known for garak’s own probes', () => {
    expect(garak.tagsOf('web_injection.MarkdownXSS')).toContain('owasp:llm02');
    expect(garak.tagsOf('own.Probe')).toBeUndefined();
    expect(garak.tagsOf('__proto__')).toBeUndefined();
    expect(garak.strategyTags('base64')).toBeUndefined();
  });
});

describe('promptfoo’s tags', () => {
  const tables = readData().tagTables.find(({ tool }) => tool === 'promptfoo');

  it('are known for 61 plugins and 15 strategies, and name tactics of ATLAS', () => {
    expect(Object.keys(tables?.probes ?? {})).toHaveLength(61);
    expect(Object.keys(tables?.strategies ?? {})).toHaveLength(15);
    const tagged = [...Object.values(tables?.probes ?? {}), ...Object.values(tables?.strategies ?? {})].flat();
    const tactics = tagged.filter((tag) => tag.startsWith('mitre:atlas:'));
    expect(tactics).toHaveLength(99 + 20);
    for (const tag of tactics)
      expect(promptfoo.meaningOf(tag)).toMatchObject({ ref: expect.stringMatching(/^MITRE_ATLAS_AML_TA\d{4}$/) });
    expect(promptfoo.meaningOf('mitre:atlas:ml-attack-staging')).toMatchObject({ ref: 'MITRE_ATLAS_AML_TA0001' });
  });

  it('use OWASP numbers of the list of 2025, and themes without numbers', () => {
    expect(promptfoo.meaningOf('owasp:llm:06')).toEqual({ kind: 'ref', ref: 'OWASP_LLM06' });
    expect(promptfoo.meaningOf('eu:ai-act:annex3:employment')).toEqual({ kind: 'ref', ref: 'EU_AI_ACT_AnnexIII' });
    expect(promptfoo.meaningOf('owasp:agentic:t05')).toEqual({ kind: 'none' });
    expect(promptfoo.meaningOf('iso:42001:fairness')).toEqual({
      kind: 'none',
      reason: 'a theme of promptfoo, not a number of ISO/IEC 42001',
    });
  });
});

describe('a table of tags', () => {
  it('covers its own version, older ones and texts that are not versions, but not newer ones', () => {
    for (const version of ['0.123.1', '0.123', '0.9.20', '0.123.1-beta', '', 'main'])
      expect(promptfoo.covers(version), version).toBe(true);
    for (const version of ['0.123.2', '0.124', '1', '0.123.1.1'])
      expect(promptfoo.covers(version), version).toBe(false);
    expect(garak.covers('0.17.1')).toBe(false);
    expect(garak.version).toBe('0.16.1.pre1');
  });

  it('that is missing is named in the error', () => {
    expect(() => frameworksOf({ ...readData(), tagTables: [] }).tagTable('garak')).toThrow(/garak/);
  });
});
