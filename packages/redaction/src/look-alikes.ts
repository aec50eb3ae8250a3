/** A text with look-alikes replaced by ASCII, and the origin of each of its code units. */
export interface Plain {
  readonly text: string;
  /** `origins[i]` is the index in the original of `text[i]`; one more entry at the end is the original's length. */
  readonly origins: Uint32Array;
}

/**
 * Letters that look like ASCII letters, by the letter that they look like: Cyrillic, Greek, Armenian and a few Latin ones, from
 * Unicode's confusables.txt (UTS #39). Full-width, mathematical and circled letters need no entry: NFKC turns them into ASCII.
 */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  ...{ a: 'аαɑ', b: 'Ьƅ', c: 'сϲᴄ', d: 'ԁժ', e: 'еҽ', f: 'ſք', g: 'ɡց', h: 'һհ', i: 'іιıӏ', j: 'јϳ', k: 'кκᴋ' },
  ...{ l: 'ⅼǀ', m: 'ⅿ', n: 'ոռ', o: 'оοօσᴏ', p: 'рρ', q: 'ԛզ', r: 'гᴦ', s: 'ѕꜱ', t: 'тτᴛ', u: 'υսᴜ', v: 'νѵᴠ' },
  ...{ w: 'ԝѡᴡ', x: 'хχ', y: 'уүγ', z: 'ᴢ' },
  ...{ A: 'АΑ', B: 'ВΒ', C: 'СϹ', E: 'ЕΕ', F: 'Ϝ', G: 'Ԍ', H: 'НΗ', I: 'ІΙӀ', J: 'ЈͿ', K: 'КΚK', L: 'Ⅼ', M: 'МΜ' },
  ...{ N: 'Ν', O: 'ОΟՕ', P: 'РΡ', Q: 'Ԛ', R: 'Ʀ', S: 'ЅՏ', T: 'ТΤ', U: 'Ս', V: 'Ѵ', W: 'Ԝ', X: 'ХΧ', Y: 'УΥҮ', Z: 'Ζ' },
  ...{ '-': '‐‑‒–—―−﹘', ':': 'ː꞉∶׃', '=': '꓿゠', _: 'ˍ', '.': '۔。', '/': '⁄∕', '"': '“”„″', "'": '‘’‚′' },
};

const PLAIN_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(LOOK_ALIKES).flatMap(([plain, others]) => [...others].map((other) => [other, plain] as const)),
);

/**
 * Characters that are invisible, or that only combine with another one. Our own pictures of control characters, and U+FFFD, replace
 * characters that were invisible before.
 */
const UNSEEN = /^(?![\t\n\r])[\p{Cc}\p{Mn}\p{Me}\p{Cf}\p{Default_Ignorable_Code_Point}\u2400-\u2421\ufffd]$/u;

/** What a character looks like; empty: nothing. At most four characters. */
function plainCharacter(character: string): string {
  if (UNSEEN.test(character)) return '';
  return PLAIN_OF.get(character) ?? asciiOf(character) ?? character;
}

/** The ASCII letter of a full-width, mathematical, circled or accented letter; undefined for others. */
function asciiOf(character: string): string | undefined {
  const base = character.normalize('NFKD').replace(/\p{Mn}/gu, '');
  return /^[\x21-\x7e]{1,4}$/.test(base) ? base : undefined;
}

const PIECE_CHARS_MAX = 4;

/** A cache by UTF-16 code unit, for those that look like exactly one code unit, which is nearly all of them. */
const units = new Uint16Array(0x10000);
/** Not cached yet; no character looks like this one. */
const UNKNOWN = 0;
/** Looks like nothing, or like several, or is half of a character. */
const OTHER = 1;

function unitOf(code: number): number {
  if (code >= 0xd800 && code <= 0xdfff) return OTHER;
  const piece = plainCharacter(String.fromCharCode(code));
  return piece.length === 1 ? piece.charCodeAt(0) : OTHER;
}

/** `forUnseen` replaces an invisible character: nothing, or a space. */
export function plainOf(text: string, forUnseen: '' | ' '): Plain {
  const plain = new Uint16Array(PIECE_CHARS_MAX * text.length);
  const origins = new Uint32Array(PIECE_CHARS_MAX * text.length + 1);
  let length = 0;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    let unit = units[code] ?? OTHER;
    if (unit === UNKNOWN) {
      unit = unitOf(code);
      units[code] = unit;
    }
    if (unit !== OTHER) {
      plain[length] = unit;
      origins[length++] = at++;
      continue;
    }
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    const piece = plainCharacter(character) || forUnseen;
    for (let i = 0; i < piece.length; i++) {
      plain[length] = piece.charCodeAt(i);
      origins[length++] = at;
    }
    at += character.length;
  }
  origins[length] = at;
  return { text: Buffer.from(plain.buffer, 0, 2 * length).toString('utf16le'), origins };
}
