import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { EvidenceReport } from '@evidence/contracts';
import { describe, expect, it } from 'vitest';
import { judgedReport } from '../../packages/pdf/test/judged-report.js';
import { needs, run } from '../../packages/pdf/test/poppler.js';
import { sampleReport } from '../../packages/pdf/test/sample-report.js';
import { standardPack } from '../../packages/pdf/test/standard-packs.js';
import { decodeRgbPng, largestDifference } from './rgb-png.js';

// How the pages look. After an intended change, look at the pages, then update the pictures:
// UPDATE_GOLDEN=1 npm test -- test/golden

/** Dots per inch: text is just legible, and a picture is 30 kB. */
const DPI = '40';
/** Out of 255. A line of text that moves by its own height differs by 60 and more. */
const LARGEST_DIFFERENCE = 24;

const packs: Record<string, { readonly report: EvidenceReport; readonly pages: readonly number[] }> = {
  usual: { report: sampleReport({ findings: 15 }), pages: [1, 2, 4, 6, 8] },
  mapped: { report: sampleReport({ findings: 12, derivedRefs: 30, untestedControls: 120 }), pages: [4, 7] },
  judged: { report: judgedReport(), pages: [2, 7, 8, 9] },
  empty: { report: sampleReport({ findings: 0, tested: false }), pages: [2] },
  hostile: {
    report: sampleReport({
      findings: 14,
      title: 'R&D <x> 日本語 🚨',
      findingTitles: [
        'Инъекция инструкций обходит системный запрос',
        'Παράκαμψη άρνησης μέσω κωδικοποίησης',
        '🚨 Jailbreak through プロンプト',
        'a\u202egnp.exe reordered',
        'x'.repeat(300),
        'A long title that goes on and on, as titles of findings do '.repeat(6),
        'تجاوز التعليمات عبر الحقن',
        'הזרקת הנחיות',
        'प्रॉम्प्ट इंजेक्शन',
        '提示注入攻击',
        '프롬프트 주입',
        'การแทรกคำสั่ง',
      ],
    }),
    pages: [4, 5],
  },
};

describe.for(Object.entries(packs))('the %s pack', ([name, { report, pages }]) => {
  it.for(pages)('looks the same on page %i', async (page, context) => {
    needs(context, 'pdftoppm');
    const pdf = await standardPack(report);
    const png = run(pdf, 'pdftoppm', '-png', '-r', DPI, '-f', `${page}`, '-singlefile', '@');
    const golden = fileURLToPath(new URL(`./${name}-${page}.png`, import.meta.url));
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(golden, png);
    expect(largestDifference(decodeRgbPng(png), decodeRgbPng(readFileSync(golden)))).toBeLessThan(LARGEST_DIFFERENCE);
  });
});
