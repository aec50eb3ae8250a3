import { describe, expect, it } from 'vitest';
import { checkScan, refusalOf } from './importing.js';
import { firstOf, log, read, result, run } from './sarif-file.js';

describe('a SARIF log', () => {
  it('gives a finding for each result of kind fail; a pass is an evaluation; other kinds are not verdicts', async () => {
    const kinds = ['fail', 'pass', 'pass', 'open', 'review', 'informational', 'notApplicable', 'odd'];
    const file = await read(log(run([result(), ...kinds.map((kind) => result({ kind, level: 'none' }))])));
    checkScan(file);
    expect(file.scan).toMatchObject({
      tool: { name: 'scanner', version: '1.2.3' },
      attempts: 0,
      evaluations: { total: 4, passed: 2, failed: 2, unscored: 3 },
      counts: {
        in: 9,
        recorded: 2,
        skipped: { passed: 2, open: 1, review: 1, informational: 1, not_applicable: 1, kind_unknown: 1 },
      },
    });
    expect(file.warnings.map(({ code }) => code)).toEqual(['kind_unknown']);
  });

  it('with several runs keeps tools and rules apart', async () => {
    const rules = (title: string) => [{ id: 'R1', shortDescription: { text: title } }];
    const other = run([result(), result()], { name: 'other', rules: rules('Second') });
    const { scan, findings } = await read(log(run([result()], { rules: rules('First') }), other));
    expect(scan.tool).toEqual({ name: 'scanner, other', version: '' });
    expect(findings.map(({ title, detector }) => [title, detector])).toEqual([
      ['First', 'scanner'],
      ['Second', 'other'],
      ['Second', 'other'],
    ]);
    expect(scan.probes.map(({ probe, detector, evaluations }) => [probe, detector, evaluations.failed])).toEqual([
      ['R1', 'other', 2],
      ['R1', 'scanner', 1],
    ]);
  });

  it.each([
    ['zero runs', log()],
    ['a run with zero results', log(run([]))],
    ['a run without results', log({ tool: { driver: { name: 'x', rules: [{ id: 'R1' }] } } })],
    ['a run that failed', log({ tool: { driver: { name: 'x', rules: [{ id: 'R1' }] } }, results: null })],
  ])('of %s is not evaluated, and its rules are not clean', async (_, document) => {
    const { scan } = await read(document);
    expect(scan).toMatchObject({ evaluated: false, probes: [], counts: { in: 0, recorded: 0, skipped: {} } });
  });

  it.each([
    ['run_failed', 'Run 2', {}, { invocations: [{ executionSuccessful: true }, { executionSuccessful: false }] }],
    [
      'run_failed',
      'Run 2',
      {},
      { invocations: [{ toolExecutionNotifications: [{ level: 'note' }, { level: 'error' }] }] },
    ],
    ['run_failed', 'Run 2', {}, { invocations: [{ toolConfigurationNotifications: [{ level: 'error' }] }] }],
    ['results_elsewhere', 'Run 2', {}, { externalPropertyFileReferences: { results: [{ guid: '00' }] } }],
    ['rules_elsewhere', 'Run 2', {}, { externalPropertyFileReferences: { driver: { guid: '00' } } }],
    ['rules_elsewhere', 'Run 2', {}, { externalPropertyFileReferences: { extensions: [{ guid: '00' }] } }],
    ['inline_external', '', { inlineExternalProperties: [{ guid: '00', results: [result(), result()] }] }, {}],
  ])('that may lack results says so: %s', async (code, place, ofLog, ofRun) => {
    const document = { ...log(run([result()]), run([], {}, ofRun)), ...ofLog };
    const { scan, warnings } = await read(document);
    expect(warnings).toEqual([{ code, message: expect.stringContaining(place) }]);
    const leftOut: Record<string, number> = code === 'inline_external' ? { inline_external: 2 } : {};
    expect(scan.counts).toEqual({ in: 1 + (leftOut.inline_external ?? 0), recorded: 1, skipped: leftOut });
  });

  it('whose tool succeeded, and which keeps only taxonomies elsewhere, lacks nothing', async () => {
    const externalPropertyFileReferences = { taxonomies: [{ guid: '00' }] };
    const toolExecutionNotifications = [{ level: 'warning' }, { message: { text: 'error' } }];
    const invocations = [{ executionSuccessful: true, toolExecutionNotifications }];
    const more = { invocations, externalPropertyFileReferences };
    expect((await read(log(run([result()], {}, more)))).warnings).toEqual([]);
  });

  it('of another version is refused', async () => {
    expect(await refusalOf(read({ ...log(run([])), version: '1.0.0' }))).toMatchObject({
      code: 'not_this_format',
      message: expect.stringContaining('1.0.0'),
    });
    expect(await refusalOf(read({ runs: [] }))).toMatchObject({ code: 'not_this_format' });
  });
});

describe('a result', () => {
  const rules = [
    { id: 'R0', shortDescription: { text: 'Zero' }, defaultConfiguration: { level: 'note' } },
    { id: 'R1', shortDescription: { text: 'One' }, defaultConfiguration: { level: 'error' } },
  ];
  const extended = { id: 'E0', guid: 'e0e0', name: 'Extended', defaultConfiguration: { level: 'none' } };
  const extensions = [
    { name: 'pack', guid: 'ABCD', rules: [extended] },
    { name: 'other', rules: [{ id: 'R1', name: 'Other', defaultConfiguration: { level: 'none' } }] },
  ];

  const ofComponent = (toolComponent: object, rule: object) => ({
    ruleId: undefined,
    rule: { ...rule, toolComponent },
  });

  it.each([
    ['by id', { ruleId: 'R1' }, 'One', 'R1', 'high'],
    ['by index', { ruleId: undefined, ruleIndex: 0 }, 'Zero', 'R0', 'low'],
    ['by rule.id', { ruleId: undefined, rule: { id: 'R1' } }, 'One', 'R1', 'high'],
    ['by guid', { ruleId: undefined, rule: { guid: 'E0E0' } }, 'Extended', 'E0', 'info'],
    ['by part of an id', { ruleId: 'R1/sub/part' }, 'One', 'R1/sub/part', 'high'],
    [
      'of an extension',
      { ruleId: undefined, rule: { index: 0, toolComponent: { index: 0 } } },
      'Extended',
      'E0',
      'info',
    ],
    ['by index in an extension, by its guid', ofComponent({ guid: 'abcd' }, { index: 0 }), 'Extended', 'E0', 'info'],
    ['by index in an extension, by its name', ofComponent({ name: 'other' }, { index: 0 }), 'Other', 'R1', 'info'],
    ['by index in the driver, by its name', ofComponent({ name: 'scanner' }, { index: 0 }), 'Zero', 'R0', 'low'],
    ['by index in the driver, by its guid', ofComponent({ guid: 'D0D0' }, { index: 0 }), 'Zero', 'R0', 'low'],
    ['by index in an unknown component', ofComponent({ guid: 'none' }, { index: 0 }), 'Bad.', '(no rule)', 'medium'],
    ['by an id that the driver also has', ofComponent({ index: 1 }, { id: 'R1' }), 'Other', 'R1', 'info'],
    ['by an id that its index contradicts', { ruleId: 'R1', ruleIndex: 0 }, 'One', 'R1', 'high'],
    ['with an index beyond all rules', { ruleIndex: 99 }, 'One', 'R1', 'high'],
    ['of an unknown rule', { ruleId: 'none' }, 'Bad.', 'none', 'medium'],
    ['without a rule', { ruleId: undefined }, 'Bad.', '(no rule)', 'medium'],
  ])('finds its rule %s', async (_, naming, title, probe, severity) => {
    const tool = { driver: { name: 'scanner', guid: 'd0d0', rules }, extensions };
    for (const one of [
      { tool, results: [result(naming)] },
      { results: [result(naming)], tool },
    ])
      expect(await firstOf(one)).toMatchObject({ title, probe, severity });
  });

  it.each([
    [{ level: 'note' }, {}, 'low', 'level note'],
    [{}, { defaultConfiguration: { level: 'error' } }, 'high', 'level error of the rule'],
    [{}, {}, 'medium', 'none'],
    [
      { level: 'error' },
      { properties: { 'security-severity': '9.8' } },
      'critical',
      'security-severity 9.8 of the rule',
    ],
    [
      { properties: { 'security-severity': 3.9 } },
      { properties: { 'security-severity': '9.8' } },
      'low',
      'security-severity 3.9',
    ],
    [{ properties: { 'security-severity': 'P1' } }, {}, 'medium', 'security-severity P1, on an unknown scale'],
    [{ level: 'catastrophic' }, {}, 'medium', 'none'],
  ])('%o of rule %o is %s', async (own, rule, severity, severityOriginal) => {
    const finding = await firstOf(run([result(own)], { rules: [{ id: 'R1', ...rule }] }));
    expect(finding).toMatchObject({ severity, severityOriginal });
  });

  it.each([
    ['the only one, by id', [{ id: 'R1' }], {}, 'low', 'level note, set by the invocation'],
    ['the only one, by index', [{ index: 1 }], {}, 'low', 'level note, set by the invocation'],
    [
      'the only one, by guid',
      [{ guid: 'AAAAAAAA-0000-1111-8888-000000000000' }],
      {},
      'low',
      'level note, set by the invocation',
    ],
    ['the only one, of another rule', [{ index: 0 }], {}, 'high', 'level error of the rule'],
    [
      'the only one, of the same index in an extension',
      [{ index: 1, toolComponent: { index: 0 } }],
      {},
      'high',
      'level error of the rule',
    ],
    ['the only one, against the result’s own', [{ id: 'R1' }], { level: 'warning' }, 'medium', 'level warning'],
    [
      'the one that the result names',
      [{ id: 'R0' }, { id: 'R1' }],
      { provenance: { invocationIndex: 1 } },
      'low',
      'level note, set by the invocation',
    ],
    [
      'another invocation than the result names',
      [{ id: 'R1' }, { id: 'R0' }],
      { provenance: { invocationIndex: 1 } },
      'high',
      'level error of the rule',
    ],
    ['one of several invocations, unknown which', [{ id: 'R1' }, { id: 'R1' }], {}, 'high', 'level error of the rule'],
  ])(
    'has the level with which an invocation overrode its rule: %s',
    async (_, overridden, more, severity, original) => {
      const guid = 'aaaaaaaa-0000-1111-8888-000000000000';
      const driver = { name: 'scanner', rules: rules.map((rule) => (rule.id === 'R1' ? { ...rule, guid } : rule)) };
      const invocations = overridden.map((descriptor) => ({
        ruleConfigurationOverrides: ['odd', { descriptor }, { descriptor, configuration: { level: 'note' } }],
      }));
      for (const one of [
        { invocations, tool: { driver, extensions }, results: [result(more)] },
        { results: [result(more)], tool: { driver, extensions }, invocations },
      ])
        expect(await firstOf(one)).toMatchObject({ severity, severityOriginal: original });
    },
  );

  it('of a rule that the file does not describe is overridden by its id', async () => {
    const invocations = [
      { ruleConfigurationOverrides: [{ descriptor: { id: 'R1' }, configuration: { level: 'error' } }] },
    ];
    const { findings } = await read(log(run([result(), result({ ruleId: 'R2' })], {}, { invocations })));
    expect(findings.map(({ severity }) => severity)).toEqual(['high', 'medium']);
  });

  it.each([
    [[], 'open'],
    [[{ kind: 'external' }], 'accepted'],
    [[{ kind: 'inSource', status: 'accepted' }], 'accepted'],
    [[{ kind: 'external', status: 'underReview' }], 'open'],
    [[{ kind: 'external', status: 'rejected' }], 'open'],
    [[{ status: 'accepted' }, { status: 'rejected' }], 'open'],
    [[{ state: 'accepted' }], 'accepted'],
    [['odd'], 'open'],
  ])('with the suppressions %o is %s', async (suppressions, status) =>
    expect(await firstOf(run([result({ suppressions })]))).toMatchObject({ status }),
  );

  it.each([
    ['new', 1],
    ['unchanged', 1],
    ['updated', 1],
    ['existing', 1],
    ['absent', 0],
  ])('of baseline state %s is %i findings', async (baselineState, count) => {
    const { scan, findings } = await read(log(run([result({ baselineState })])));
    expect(findings).toHaveLength(count);
    expect(scan.counts.skipped).toEqual(count === 1 ? {} : { baseline_absent: 1 });
    expect(scan.evaluations.failed).toBe(count);
  });

  it('has unknown passes unless its run lists some', async () => {
    const failed = { ruleId: 'R1', message: { text: 'm' } };
    const hitsOnly = await read(log(run([failed])));
    expect(hitsOnly.scan).toMatchObject({ evaluated: true, evaluations: { total: null, passed: null, failed: 1 } });
    expect(hitsOnly.findings[0]?.evidence).toMatchObject({ hits: 1, evaluations: null });
    const both = await read(log(run([failed, { ...failed, kind: 'pass' }])));
    expect(both.scan.evaluations).toMatchObject({ total: 2, passed: 1, failed: 1 });
    expect(both.findings[0]?.evidence).toMatchObject({ hits: 1, evaluations: 1 });
  });

  it('fills the arguments of its rule’s message, and shows the place and the code', async () => {
    const driver = { rules: [{ id: 'R1', messageStrings: { default: { text: '"{0}" is {1}, {7}.' } } }] };
    const region = { startLine: 15, snippet: { text: 'password = "hunter22"' } };
    const locations = [{ physicalLocation: { artifactLocation: { uri: 'src/list.h' }, region } }];
    const finding = await firstOf(
      run([result({ message: { id: 'default', arguments: ['ptr', 'lost'] }, locations })], driver),
    );
    expect(finding).toMatchObject({
      title: '"ptr" is lost, {7}. (src/list.h:15)',
      summary: '"ptr" is lost, {7}.',
      evidence: { excerpt: 'password = "[redacted: secret]"' },
    });
  });

  it.each([
    ['{{0}} in {0}', ['a.c'], '{0} in a.c'],
    ['{0} in {{{1}}}', ['x', 'y'], 'x in {y}'],
    ['{{ github.ref }}', [], '{{ github.ref }}'],
  ])('reads doubled braces in %s as braces if there are arguments', async (text, values, summary) =>
    expect(await firstOf(run([result({ message: { text, arguments: values } })]))).toMatchObject({ summary }),
  );
});
