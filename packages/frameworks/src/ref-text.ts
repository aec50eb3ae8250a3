/** A text without the paragraphs that it cites, and the first article that it cites with one. */
export interface Citation {
  readonly plain: string;
  readonly article?: string;
  /** `1.c.ii` for (1)(c)(ii); empty when the text cites none. */
  readonly paragraph: string;
}

const LABEL = String.raw`(?:\d{1,3}[a-z]?|[a-z]{1,2}|[ivx]{1,5})`;
const PARAGRAPH = String.raw`(?:,? ?(?:paragraph|para\.?|point|§) ?\(?${LABEL}\)?| ?\(${LABEL}\))`;
const CITED = new RegExp(
  String.raw`(?<![a-z])(art(?:icle|\.)?[ -]?\d{1,3}[a-z]?|annex[ -]?(?:[ivx]+|\d+))((?:${PARAGRAPH})+)(?![a-z\d(])`,
  'gi',
);

/** `Art. 15(4)(b)` is about Article 15, and so is `Article 15, paragraph 4, point (b)`. */
export function citation(text: string): Citation {
  const single = text.trim().replace(/[\s_]+/g, ' ');
  const [first] = single.matchAll(CITED);
  const plain = single.replace(CITED, '$1');
  if (!first) return { plain, paragraph: '' };
  const [, article = '', cited = ''] = first;
  const labels = cited.replace(/paragraph|para\.?|point|§/gi, ' ').match(/[a-z\d]+/gi) ?? [];
  return { plain, article, paragraph: labels.join('.').toLowerCase() };
}

/**
 * Upper case, only letters and digits, `&` as `AND`, with `_` where it keeps two numbers apart and `(` where a bracket makes an id longer:
 * `MP-2(1)` is of NIST SP 800-53, and `ASI02 (Tool Misuse)` an id with its title. Empty when anything else than letters, digits and
 * punctuation is in the text: a foreign digit is part of somebody else's id, not a separator.
 */
export function keyOf(text: string): string {
  const plain = text
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/[\u2018-\u201f"'`]/g, '')
    .replace(/&/g, ' and ');
  if (!/^[\w\s.:;,/@()-]*$/.test(plain)) return '';
  return plain
    .replace(LENGTHENED, '$1[')
    .toUpperCase()
    .replace(/[^A-Z\d[]+/g, '_')
    .replace(/_(?!\d)|(?<!\d)_/g, '');
}

/** A bracket at a number, except one around a year; after a space only one around a number or a letter. */
const LENGTHENED = /(\d)(?:\((?!\d{4}\))|\s\((?=(?:\d{1,3}|[a-z]{1,2})\)))/gi;
