import { describe, expect, it } from 'vitest';
import { frameworksOf } from '../src/index.js';
import { loadFrameworks, readData } from '../src/load.js';

const frameworks = loadFrameworks();

describe('editions', () => {
  const { carried } = frameworks;

  it('are translated by entry, not by number', () => {
    expect(carried('OWASP_LLM06', '2026')).toEqual({ ref: 'OWASP_LLM_2026_03', equivalence: 'one_to_one' });
    expect(carried('OWASP_LLM06', '2023')).toEqual({ ref: 'OWASP_LLM_2023_08', equivalence: 'one_to_one' });
    expect(carried('OWASP_LLM06', '2025')).toEqual({ ref: 'OWASP_LLM06', equivalence: 'same' });
    expect(carried('OWASP_LLM_2023_08', '2026')).toEqual({ ref: 'OWASP_LLM_2026_03', equivalence: 'one_to_one' });
    expect(carried('OWASP_LLM_2026_03', '2023')).toEqual({ ref: 'OWASP_LLM_2023_08', equivalence: 'one_to_one' });
  });

  it('do not count a retired entry as a predecessor, and translate it only to a nearest entry', () => {
    expect(carried('OWASP_LLM_2023_04', '2025')).toEqual({ ref: 'OWASP_LLM10', equivalence: 'one_to_one' });
    expect(carried('OWASP_LLM10', '2023')).toEqual({ ref: 'OWASP_LLM_2023_04', equivalence: 'one_to_one' });
    expect(carried('OWASP_LLM_2023_10', '2025')).toEqual({ ref: 'OWASP_LLM10', equivalence: 'other' });
    expect(carried('OWASP_LLM_2023_10', '2026')).toEqual({ ref: 'OWASP_LLM_2026_06', equivalence: 'other' });
  });

  it('stay untranslated if there is no single entry', () => {
    expect(carried('OWASP_LLM07', '2023')).toBeUndefined();
    expect(carried('OWASP_LLM_2023_07', '2025')).toBeUndefined();
    expect(carried('OWASP_LLM01', '2024')).toBeUndefined();
    expect(carried('EU_AI_ACT_Art15', '2026')).toBeUndefined();
    expect(carried('NO_SUCH_REF', '2025')).toBeUndefined();
  });

  it('keep a ref that the other edition also has, and no other ref', () => {
    expect(carried('EU_AI_ACT_Art15', '2024/1689')).toEqual({ ref: 'EU_AI_ACT_Art15', equivalence: 'same' });
    expect(carried('EU_AI_ACT_Art4a', '2024/1689')).toBeUndefined();
    expect(carried('MITRE_ATLAS_AML_T0116', '2026.07')).toBeUndefined();
  });

  it('are not one-to-one if two entries continue as one, and not followed if one continues as two', () => {
    const data = readData();
    const merged = [
      { from: 'OWASP_LLM01', to: 'OWASP_LLM_2026_01', change: 'equal' },
      { from: 'OWASP_LLM02', to: 'OWASP_LLM_2026_01', change: 'broadened' },
    ] as const;
    const known = frameworksOf({ ...data, successions: merged });
    expect(known.carried('OWASP_LLM01', '2026')).toEqual({ ref: 'OWASP_LLM_2026_01', equivalence: 'other' });
    expect(known.carried('OWASP_LLM_2026_01', '2025')).toBeUndefined();
  });
});
