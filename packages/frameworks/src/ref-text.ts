/** A text without the paragraphs that it cites, and the first article that is cited with a paragraph. */
export interface Citation {
  readonly plain: string;
  readonly article?: string;
  /** `1.c.ii` for (1)(c)(ii); empty if the text cites none. */
  readonly paragraph: string;
}

const LABEL = String.raw`(?:\d{1,3}[a-z]?|[a-z]{1,2}|[ivx]{1,5})`;
const PARAGRAPH = String.raw`(?:,? ?(?:paragraph|para\.?|point|§) ?\(?${LABEL}\)?| ?\(${LABEL}\))`;
const CITED = new RegExp(
  String.raw`(?<![a-z])(art(?:icle|\.)?[ -]?\d{1,3}[a-z]?|annex[ -]?(?:[ivx]+|\d+))((?:${PARAGRAPH})+)(?![a-z\d(])`,
  'gi',
);

/** `Art. 15(4)(b)` and `Article 15, paragraph 4, point (b)` both cite Article 15. */
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
 * Upper case, only letters and digits, `&` as `AND`, with `_` between two numbers and `[` for a bracket that makes an id longer: `MP-2(1)` is
 * another id (of NIST SP 800-53), while `ASI02 (Tool Misuse)` is an id with its title. Empty if the text has anything but letters, digits and
 * punctuation of ASCII, because a foreign digit is part of another id, not a separator.
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

/** A bracket directly after a number, except around a year; after a space, only a bracket around a number or one or two letters. */
const LENGTHENED = /(\d)(?:\((?!\d{4}\))|\s\((?=(?:\d{1,3}|[a-z]{1,2})\)))/gi;
