import { createRequire } from 'node:module';
import { type Font, openSync } from 'fontkit';
import { FontFace } from './font-face.js';
import type { ObjectWriter } from './object-writer.js';

/** The faces that a style may name. */
export type FontName = 'sans' | 'sansBold' | 'sansItalic' | 'mono' | 'monoBold';

/** The faces for scripts that IBM Plex Sans lacks. */
type FallbackName = 'arabic' | 'hebrew' | 'thai' | 'devanagari' | 'japanese' | 'chinese' | 'korean' | 'emoji';

// All under the SIL Open Font License 1.1, as whole TrueType files: @fontsource cuts a face into a file per script.
// Han is Japanese, in 2 MB, or Chinese (GB 2312 and Big5), in 12 MB; characters that neither has are written as escapes.
// Noto Sans SC has more, but its package (0.4.3) is 96 MB, of which one face of 10 MB would be used.
const FILES: Readonly<Record<FontName | FallbackName, string>> = {
  sans: 'ibm-plex-sans/400Regular/IBMPlexSans_400Regular.ttf',
  sansBold: 'ibm-plex-sans/600SemiBold/IBMPlexSans_600SemiBold.ttf',
  sansItalic: 'ibm-plex-sans/400Regular_Italic/IBMPlexSans_400Regular_Italic.ttf',
  mono: 'source-code-pro/400Regular/SourceCodePro_400Regular.ttf',
  monoBold: 'source-code-pro/600SemiBold/SourceCodePro_600SemiBold.ttf',
  arabic: 'noto-sans-arabic/400Regular/NotoSansArabic_400Regular.ttf',
  hebrew: 'noto-sans-hebrew/400Regular/NotoSansHebrew_400Regular.ttf',
  thai: 'noto-sans-thai/400Regular/NotoSansThai_400Regular.ttf',
  devanagari: 'noto-sans-devanagari/400Regular/NotoSansDevanagari_400Regular.ttf',
  japanese: 'sawarabi-gothic/400Regular/SawarabiGothic_400Regular.ttf',
  chinese: 'chocolate-classical-sans/400Regular/ChocolateClassicalSans_400Regular.ttf',
  korean: 'gowun-dodum/400Regular/GowunDodum_400Regular.ttf',
  emoji: 'noto-emoji/400Regular/NotoEmoji_400Regular.ttf',
};

const FALLBACKS: readonly (readonly [face: FallbackName, characters: RegExp])[] = [
  ['arabic', /\p{Script_Extensions=Arabic}/u],
  ['hebrew', /\p{Script_Extensions=Hebrew}/u],
  ['thai', /\p{Script_Extensions=Thai}/u],
  ['devanagari', /\p{Script_Extensions=Devanagari}/u],
  [
    'japanese',
    /[\p{Script_Extensions=Han}\p{Script_Extensions=Hiragana}\p{Script_Extensions=Katakana}\u3000-\u303f\uff00-\uffef]/u,
  ],
  ['chinese', /\p{Script_Extensions=Han}/u],
  ['korean', /[\p{Script_Extensions=Hangul}\p{Script_Extensions=Han}]/u],
  ['emoji', /[\p{Extended_Pictographic}\p{Emoji_Component}]/u],
];

const CHINESE_FIRST = [...FALLBACKS].sort(([a], [b]) => Number(b === 'chinese') - Number(a === 'chinese'));

const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/u;

const require = createRequire(import.meta.url);

/** Parsed once per thread; each document makes its own subsets of them. */
const opened = new Map<string, Font>();

/** The faces of one document, opened when a character first needs them. */
export class FontSet {
  readonly #faces = new Map<string, FontFace>();

  constructor(private readonly objects: ObjectWriter) {}

  face(name: FontName | FallbackName): FontFace {
    const known = this.#faces.get(name);
    if (known) return known;
    const face = new FontFace(`F${this.#faces.size + 1}`, open(FILES[name]), this.objects);
    this.#faces.set(name, face);
    return face;
  }

  /** Whether the Han characters of a text are shown in the Chinese face: if the Japanese face lacks one of them. */
  isChinese(text: string): boolean {
    if (KANA.test(text)) return false;
    const lacks = (name: FallbackName) => (character: string) => !this.face(name).has(character.codePointAt(0)!);
    const characters = text.match(/\p{Script=Han}/gu) ?? [];
    return characters.some(lacks('japanese')) && !characters.every(lacks('chinese'));
  }

  /** The face for a code point: the wanted one, otherwise the sans, otherwise the face for its script; or none. */
  faceFor(wanted: FontName, codePoint: number, isChinese = false): FontFace | undefined {
    const own = this.face(wanted);
    if (own.has(codePoint)) return own;
    if (wanted === 'mono' || wanted === 'monoBold') {
      const sans = this.face('sans');
      if (sans.has(codePoint)) return sans;
    }
    const character = String.fromCodePoint(codePoint);
    for (const [name, characters] of isChinese ? CHINESE_FIRST : FALLBACKS) {
      if (characters.test(character) && this.face(name).has(codePoint)) return this.face(name);
    }
    return undefined;
  }

  /** The font entries of a resource dictionary. Call it after the last text. */
  resources(): string {
    return [...this.#faces.values()].map(({ name, ref }) => `/${name} ${ref} 0 R`).join('');
  }

  embed(): void {
    for (const face of this.#faces.values()) face.embed(this.objects);
  }
}

function open(file: string): Font {
  const known = opened.get(file);
  if (known) return known;
  const font = openSync(require.resolve(`@expo-google-fonts/${file}`));
  if (font.type !== 'TTF') throw new Error(`${file} is a ${font.type}, not a single TrueType font`);
  opened.set(file, withOwnCharacters(font));
  return font;
}

/**
 * fontkit 2.0.4 keeps one object for each glyph, with the characters of its first use. In Arabic many letters share one glyph
 * and differ in their dots, so each use gets an object with its own characters.
 */
function withOwnCharacters(font: Font): Font {
  const glyphOf = font.getGlyph.bind(font);
  font.getGlyph = (id, codePoints = []) => Object.create(glyphOf(id), { codePoints: { value: codePoints } });
  return font;
}
