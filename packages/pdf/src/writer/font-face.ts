import { utf16Hex } from '@evidence/verify/formats';
import type { Font, Glyph, Subset } from 'fontkit';
import type { ObjectWriter } from './object-writer.js';
import { glyphCode, type Ref, reference } from './syntax.js';

/** The ToUnicode value of a glyph without a character: invisible, but a value, as PDF/A-3a requires. */
const ZERO_WIDTH_SPACE = '\u200b';

/** More glyphs than any subset has. */
const UNKNOWN = 0xffff;

/** Mappings in one block of a CMap (Adobe Technical Note 5014, 2.2). */
const CMAP_BLOCK = 100;

/** Symbolic (ISO 32000-1, 9.8.2): a subset is addressed by glyph, not by a standard encoding. */
const FLAG_SYMBOLIC = 4;

/** fontkit does not say the weight of stems; readers use this only when a font is missing, and ours is embedded. */
const STEM_WIDTH = 80;

/** One shaped glyph, in thousandths of the font size. */
export interface ShapedGlyph {
  /** Its code in strings: see `FontFace`. */
  readonly glyph: number;
  /** The characters that it represents; none if the glyph before or after it, in reading order, represents them. */
  readonly text: string;
  readonly advance: number;
  readonly xOffset: number;
  readonly yOffset: number;
}

/**
 * One TrueType face, embedded as the subset that was used. Strings refer to a glyph by a code (Identity-H). A glyph has a
 * separate code for each text that it represents, because Arabic letters share glyphs and differ in their dots, and a code
 * means only one text (ToUnicode). The glyphs are known only at the end of the document, so the face is written last.
 */
export class FontFace {
  readonly ref: Ref;
  readonly #font: Font;
  readonly #subset: Subset;
  readonly #scale: number;
  /** By code point: the id of its glyph, 0 if the font lacks it. Below U+10000 in an array, which is faster. */
  readonly #glyphs = new Uint16Array(0x1_0000).fill(UNKNOWN);
  readonly #astralGlyphs = new Map<number, number>();
  /** By glyph of the subset and text: the code. */
  readonly #numbers = new Map<string, number>();
  /** By code: the glyph of the subset; then the code as written in a string. */
  readonly #subsetGlyphs: number[] = [];
  readonly #codes: string[] = [];
  readonly #advances: number[] = [];
  readonly #texts: string[] = [];

  constructor(
    readonly name: string,
    font: Font,
    objects: ObjectWriter,
  ) {
    this.ref = objects.reserve();
    this.#font = font;
    this.#subset = font.createSubset();
    this.#scale = 1000 / font.unitsPerEm;
    this.#include(font.getGlyph(0), '');
  }

  /** The glyph of a code point, or 0. A space needs no ink, but it has a glyph too. */
  glyphOf(codePoint: number): number {
    const known = this.#known(codePoint);
    if (known !== UNKNOWN) return known;
    const glyph = this.#font.glyphForCodePoint(codePoint);
    const number = glyph.id === 0 ? 0 : this.#include(glyph, String.fromCodePoint(codePoint));
    if (codePoint < this.#glyphs.length) this.#glyphs[codePoint] = number;
    else this.#astralGlyphs.set(codePoint, number);
    return number;
  }

  has(codePoint: number): boolean {
    const known = this.#known(codePoint);
    return known === UNKNOWN ? this.#font.hasGlyphForCodePoint(codePoint) : known !== 0;
  }

  /** A space that represents no text, to mark where something begins. */
  get anchor(): number {
    return this.#include(this.#font.glyphForCodePoint(0x20), ZERO_WIDTH_SPACE);
  }

  /** Thousandths of the font size. */
  advanceOf(glyph: number): number {
    return this.#advances[glyph] ?? 0;
  }

  /** The glyph as written in a literal string: two bytes, escaped if necessary. */
  codeOf(glyph: number): string {
    return this.#codes[glyph] ?? glyphCode(0);
  }

  /** Glyph by glyph, unshaped; undefined if the face lacks a character. Advance in thousandths of the font size. */
  measure(text: string): { codes: string; advance: number } | undefined {
    let codes = '';
    let advance = 0;
    for (let i = 0; i < text.length; i++) {
      const glyph = this.glyphOf(text.charCodeAt(i));
      if (glyph === 0) return undefined;
      codes += this.#codes[glyph];
      advance += this.#advances[glyph]!;
    }
    return { codes, advance };
  }

  /** Shapes a run of one script (OpenType GSUB and GPOS), glyphs from left to right. */
  shape(text: string): ShapedGlyph[] {
    const { glyphs, positions } = this.#font.layout(text);
    return glyphs.map((glyph, i) => {
      const { xAdvance = 0, xOffset = 0, yOffset = 0 } = positions[i] ?? {};
      const text = String.fromCodePoint(...glyph.codePoints);
      return {
        glyph: this.#include(glyph, text || ZERO_WIDTH_SPACE),
        text,
        advance: xAdvance * this.#scale,
        xOffset: xOffset * this.#scale,
        yOffset: yOffset * this.#scale,
      };
    });
  }

  embed(objects: ObjectWriter): void {
    const [program, descriptor, descendant, unicode] = [1, 2, 3, 4].map(() => objects.reserve()) as [
      Ref,
      Ref,
      Ref,
      Ref,
    ];
    const font = this.#font;
    const em = (units: number) => Math.round(units * this.#scale);
    const { minX, minY, maxX, maxY } = font.bbox;
    const fontName = `${this.#tag()}+${font.postscriptName.replace(/[^\w-]/g, '')}`;
    const bytes = this.#subset.encode();
    objects.addStream(program, `/Length1 ${bytes.length}`, bytes);
    objects.add(
      descriptor,
      `<</Type/FontDescriptor/FontName/${fontName}/Flags ${FLAG_SYMBOLIC}/FontBBox[${[minX, minY, maxX, maxY].map(em).join(' ')}]/ItalicAngle ${font.italicAngle || 0}/Ascent ${em(font.ascent)}/Descent ${em(font.descent)}/CapHeight ${em(font.capHeight || font.ascent)}/StemV ${STEM_WIDTH}/FontFile2 ${reference(program)}>>`,
    );
    objects.add(
      descendant,
      `<</Type/Font/Subtype/CIDFontType2/BaseFont/${fontName}/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor ${reference(descriptor)}/DW 0/W[0[${this.#advances.join(' ')}]]/CIDToGIDMap${this.#glyphMap(objects)}>>`,
    );
    objects.addStream(unicode, '', Buffer.from(this.#toUnicode(), 'latin1'));
    objects.add(
      this.ref,
      `<</Type/Font/Subtype/Type0/BaseFont/${fontName}/Encoding/Identity-H/DescendantFonts[${reference(descendant)}]/ToUnicode ${reference(unicode)}>>`,
    );
  }

  #known(codePoint: number): number {
    return this.#glyphs[codePoint] ?? this.#astralGlyphs.get(codePoint) ?? UNKNOWN;
  }

  #include(glyph: Glyph, text: string): number {
    // It returns the number in the subset (2.0.4), although its types say boolean.
    const subsetGlyph = this.#subset.includeGlyph(glyph) as unknown as number;
    const key = `${subsetGlyph} ${text}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#subsetGlyphs.push(subsetGlyph) - 1;
    this.#numbers.set(key, number);
    this.#advances.push(Math.round(glyph.advanceWidth * this.#scale));
    this.#codes.push(glyphCode(number));
    this.#texts.push(text);
    return number;
  }

  /** From code to glyph (9.7.4.2): two bytes each, unless they are identical. */
  #glyphMap(objects: ObjectWriter): string {
    if (this.#subsetGlyphs.every((glyph, number) => glyph === number)) return '/Identity';
    const map = Buffer.alloc(this.#subsetGlyphs.length * 2);
    for (const [number, glyph] of this.#subsetGlyphs.entries()) map.writeUInt16BE(glyph, number * 2);
    const ref = objects.reserve();
    objects.addStream(ref, '', map);
    return ` ${reference(ref)}`;
  }

  /** Six letters (ISO 32000-1, 9.6.4), different for each face of the document. */
  #tag(): string {
    const digits = Number.parseInt(this.name.slice(1), 10).toString(26).padStart(6, '0');
    return [...digits].map((digit) => String.fromCharCode(65 + Number.parseInt(digit, 26))).join('');
  }

  /** From glyph back to text (9.10.3), so that text can be searched, copied and read aloud. */
  #toUnicode(): string {
    const mappings = this.#texts.flatMap((text, glyph) =>
      glyph === 0 ? [] : [`<${utf16Hex(String.fromCharCode(glyph))}><${utf16Hex(text)}>`],
    );
    const blocks: string[] = [];
    for (let i = 0; i < mappings.length; i += CMAP_BLOCK) {
      const block = mappings.slice(i, i + CMAP_BLOCK);
      blocks.push(`${block.length} beginbfchar\n${block.join('\n')}\nendbfchar\n`);
    }
    return `/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def
/CMapName/Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000><FFFF>
endcodespacerange
${blocks.join('')}endcmap
CMapName currentdict /CMap defineresource pop
end
end`;
  }
}
