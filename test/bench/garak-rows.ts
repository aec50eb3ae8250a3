/** A garak report of `eval` rows in which `findings` probes succeeded. */
export const garakRows = (findings: number): string =>
  [
    {
      entry_type: 'init',
      garak_version: '0.14.0',
      start_time: '2026-10-01T08:00:00',
      run: '3f1c7f0e-5c8e-4f0e-9a51-6a2f1f1f7c11',
    },
    ...Array.from({ length: findings }, (_, n) => ({
      entry_type: 'eval',
      probe: `dan.Ablation_Dan_${n}`,
      detector: 'dan.DAN',
      passed: 20 - (n % 20),
      fails: (n % 20) + 1,
      total_evaluated: 21,
    })),
  ]
    .map((row) => `${JSON.stringify(row)}\n`)
    .join('');
