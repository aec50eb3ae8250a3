import { type EventOf, reportEventTypes } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import { expect, test } from 'vitest';
import { keyFacts } from '../src/facts.js';
import { columns, lineOf } from '../src/output.js';

/** A stream that is not a terminal. */
const plain = { isTTY: false } as NodeJS.WriteStream;

test('columns are as wide as their widest cell, and the last one is not padded', () => {
  const rows = [
    ['A', 'LONG', 'C'],
    ['aaa', 'b', 'c c'],
    ['a', 'b', ''],
  ];
  expect(columns(rows, plain)).toBe('A    LONG  C\naaa  b     c c\na    b\n');
  expect(columns([], plain)).toBe('');
});

test('a cell that is wider than its column shifts only its own line', () => {
  expect(lineOf(['aaaa', 'b'], [2], plain)).toBe('aaaa  b\n');
  expect(lineOf(['a', 'b'], [2], plain)).toBe('a   b\n');
});

test('text from an event cannot control the terminal', () => {
  // An escape sequence, a line break, the C1 form of the escape sequence, and a mark that reverses the direction of writing.
  expect(columns([['\u001b[2J', 'a\nb', '\u009b2J', '\u202egnp.exe']], plain)).toBe(
    '\ufffd[2J  a\ufffdb  \ufffd2J  \ufffdgnp.exe\n',
  );
});

test('the facts of every report event fit on one line', () => {
  const facts = reportEventTypes.map((type) => keyFacts({ type, data: exampleOf(type) } as EventOf<typeof type>));
  expect(facts).toMatchInlineSnapshot(`
    [
      "artifact lost: It was made by renderer version 3, and this is version 4: restore it from a backup, or regenerate the report.",
      "artifact made again",
      "",
      "sha256 e3b0c44298fc… pruned: Its retention of 7776000 s, which tenant acme had set, ended at 2026-08-20T10:35:00.410Z.",
      "rendering failed (message_parked): The report could not be made, and an automatic retry would not help. Request it again; the operator can see the cause.",
      "48 refs, 9 overlaps, crosswalk 2026-11-23",
      "48213 bytes, sha256 e3b0c44298fc…, 15 open findings, expires 2026-08-20T10:35:00.410Z",
      "pdf on OWASP_LLM@2025, EU_AI_ACT@2024/1689: Q2 2026 evidence pack",
      "15 of 40 findings in scope, 3 scans, at log position 1042",
      "",
    ]
  `);
});
