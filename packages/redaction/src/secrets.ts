import { plainOf } from './look-alikes.js';

/** The kind of text that a mark replaces. */
type SecretKind = 'key' | 'token' | 'secret' | 'cookie' | 'email' | 'number';

/**
 * - `name`: a title, an address, a tag, the name of a probe, a reason. Digests, UUIDs, versions and ids must stay readable.
 * - `prose`: the output of a model, or a scanner's text about it. Better to redact a word too many than to keep a secret.
 */
export type TextKind = 'name' | 'prose';

/** A pattern. A match is secret as a whole, or from its last group on. */
export interface Secret {
  readonly kind: SecretKind;
  readonly pattern: RegExp;
  /** Only texts that contain it are searched. */
  readonly needs?: string;
  /** Only texts with a word of at least so many characters (`hasWord`) are searched. */
  readonly needsWord?: number;
  /** Only in texts of this kind; absent: in all. */
  readonly only?: TextKind;
  /** Rejects matches that only look like a secret. */
  readonly isSecret?: (found: string) => boolean;
}

/*
 * Every quantifier is bounded, or runs over one class that its neighbours exclude, so no text makes matching slow; test/adversarial tests that. All patterns run over the plain text (`look-alikes.ts`) and are written for ASCII.
 */

/** The shortest of the following tokens: `xoxb-` and eight characters. */
const TOKEN_CHARS_MIN = 13;
/** Tokens with a prefix that names their issuer. Shorter than issued ones, because a text may have been cut in the middle of one. */
const TOKENS = [
  // Our own.
  'ert_[0-9a-v]{16,64}',
  // Clouds.
  '(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA|AGPA|ANPA|ANVA|AIPA)[A-Z2-7]{12,32}',
  'AIza[\\w-]{20,64}',
  'ya29\\.[\\w-]{16,1024}',
  'GOCSPX-[\\w-]{16,64}',
  'LTAI[A-Za-z0-9]{12,32}',
  'AKID[A-Za-z0-9]{13,48}',
  'do[opr]_v1_[a-f0-9]{16,64}',
  'HRKU-[\\w-]{16,80}',
  'pscale_(?:tkn|pw|oauth)_[\\w.-]{16,80}',
  'sb(?:p|_secret|_publishable)_\\w{16,80}',
  'nfp_[A-Za-z0-9]{16,64}',
  'fo1_[\\w-]{20,64}',
  'pul-[a-f0-9]{20,40}',
  'hv[sbr]\\.[\\w-]{16,300}',
  // Code and packages.
  'gh[pousr]_[A-Za-z0-9]{12,255}',
  'github_pat_\\w{12,255}',
  'gl(?:pat|dt|rt|ptt|cbt|agent|ft|imt|oas|soat|ffct)-[\\w.-]{12,80}',
  'npm_[A-Za-z0-9]{16,64}',
  'pypi-[\\w-]{16,300}',
  'dckr_(?:pat|oat)_[\\w-]{16,64}',
  'rubygems_[a-f0-9]{16,64}',
  'oy2[a-z0-9]{40,46}',
  'AKCp[A-Za-z0-9]{10,80}',
  'ATATT3[\\w=-]{16,300}',
  'ATBB[\\w=-]{16,300}',
  'CFPAT-[\\w-]{20,64}',
  // Models and data.
  'sk-(?=[\\w-]{0,63}\\d)[\\w-]{16,300}',
  'hf_[A-Za-z0-9]{16,64}',
  'gsk_[A-Za-z0-9]{16,80}',
  'xai-[A-Za-z0-9]{16,120}',
  'pplx-[A-Za-z0-9]{16,80}',
  'r8_[A-Za-z0-9]{16,64}',
  'ls__?[A-Za-z0-9_]{24,80}',
  'lsv2_(?:pt|sk)_[\\w]{24,80}',
  'dapi[a-f0-9]{24,40}',
  'pcsk_[\\w]{16,100}',
  'pat[A-Za-z0-9]{14}\\.[a-f0-9]{32,64}',
  // Messaging, mail, payment, monitoring.
  'xox[a-z](?:\\.xox[a-z])?-[\\w-]{8,300}',
  'xapp-[\\w-]{12,120}',
  'SG\\.[\\w-]{16,32}\\.[\\w-]{16,64}',
  'key-[a-f0-9]{32}(?![a-f0-9])',
  '(?:SK|AC)[a-f0-9]{32}(?!\\w)',
  '[MNO][\\w-]{23,27}\\.[\\w-]{6}\\.[\\w-]{20,45}',
  '[sprk]k_(?:live|test)_\\w{8,120}',
  'whsec_[\\w+/=]{16,120}',
  'shp(?:at|ca|pa|ss)_[a-fA-F0-9]{16,64}',
  'sq0(?:atp|csp|idp)-[\\w-]{16,64}',
  'EAA[A-Za-z0-9]{40,300}',
  'lin_(?:api|oauth)_[A-Za-z0-9]{16,80}',
  'ntn_[A-Za-z0-9]{20,64}',
  'secret_[A-Za-z0-9]{32,64}',
  'figd_[\\w-]{16,80}',
  'PMAK-[a-f0-9]{16,32}-?[a-f0-9]{0,40}',
  'NR(?:AK|JS|II|RA)-[A-Z0-9a-z_-]{16,64}',
  'gl(?:sa|c)_[A-Za-z0-9_=+/-]{20,300}',
  'sntry[su]_[\\w=+/-]{16,300}',
  'dp\\.(?:pt|st|ct|sa|scim|audit)\\.[\\w.-]{16,80}',
  'ops_eyJ[\\w-]{16,2000}',
  // Keys in one line: age, NATS.
  'AGE-SECRET-KEY-1[0-9A-Z]{16,64}',
  'S[UANCOX][A-Z2-7]{56}(?![A-Z2-7])',
];

/** Words that end the name of a secret, whatever comes before them: `DB_PASSWORD`, `spring.datasource.password`, `clientSecret`. */
const STRONG = ['pass(?:word|wd|wort|phrase|code)', 'pwd', 'kennwort', 'senha', 'mot[ _-]de[ _-]passe']
  .concat(['contraseña', 'пароль', '密码', '密碼', 'パスワード', '비밀번호'].map((word) => plainOf(word, '').text))
  .join('|');
const WEAK =
  '(?:api|access|account|auth|client|encryption|host|license|master|private|secret|service|session|shared|signing|storage|subscription|webhook)[-_. ]?key|secret|token|credentials?|(?<=[_.])(?:pass|pw)|api[-_ ]?pass|(?:session|sess|s)[-_. ]?id|sid|jsessionid|phpsessid|csrf|xsrf|sharedaccesssignature|nonce[-_]?key|connection[-_]?string';

/** A quoted value, otherwise a value up to the next space or separator; an ampersand ends it if another parameter follows. */
const VALUE = '(?:"([^"\\r\\n]{1,512})|\'([^\'\\r\\n]{1,512})|((?:[^\\s"\'`,;&<>)\\]}]|&(?![\\w.%-]{1,40}=)){1,512}))';
/** The separator between a name and its value is searched first, because few texts have it; the name is then read backwards. */
const given = (names: string): string => `[:=][=>]?(?<=(?:${names})["'\`\\]]{0,2}\\s{0,4}[:=][=>]?)\\s{0,4}`;
/** Without a space, or with a quoted name: not something that people write in a sentence. */
const assigned = (names: string): string =>
  `(?:[:=][=>]?(?<=(?:${names})["'\`\\]]{1,2}\\s{0,4}[:=][=>]?)\\s{0,4}|:?=>?(?<=(?:${names})\\s{0,4}:?=>?)\\s{0,4}|:(?<=(?:${names}):))`;

/** A placeholder, or our own mark. */
const PLACEHOLDER =
  /^(?:\[redacted|\*+$|x{3,}$|\.{3}|…|\$\{|\$\(|\$[A-Z_]{3,64}$|%[sd]$|%[A-Z_]{3,64}%$|\{\{?|<[\w -]{1,64}>?$|(?:null|none|nil|undefined|true|false|required|optional|redacted|hidden|string|str|env|process\.env[\w.]*|os\.environ.*|getenv.*)$)/i;
const isNoPlaceholder = (found: string): boolean => !PLACEHOLDER.test(found);
/** `token: invalid` is a sentence; issued tokens have digits, or are long. */
const isIssued = (found: string): boolean =>
  isNoPlaceholder(found) && (found.length >= 20 || (found.length >= 6 && /\d/.test(found) && !/^\d{1,7}$/.test(found)));
/** `max_token=4096` is a count. */
const isAssigned = (found: string): boolean =>
  isNoPlaceholder(found) && found.length >= 4 && !/^[\d.,]{1,7}$/.test(found);

/** Letters of both cases and digits that change as often as in random text; names in camel case change less. */
function looksRandom(found: string): boolean {
  if (!/\d/.test(found) || !/[a-z]/.test(found) || !/[A-Z]/.test(found)) return false;
  let changes = 0;
  for (let i = 1; i < found.length; i++)
    if (classOf(found.charCodeAt(i)) !== classOf(found.charCodeAt(i - 1))) changes++;
  return changes / found.length >= RANDOM_CHANGES;
}
/** Base64 changes at 0.6 of its characters, camel case at 0.3. */
const RANDOM_CHANGES = 0.45;
const classOf = (code: number): number => (code <= 57 ? 0 : code <= 90 ? 1 : 2);

/** Luhn's sum, ISO/IEC 7812-1 annex B. */
function isCardNumber(found: string): boolean {
  const digits = found.replace(/\D/g, '');
  if (digits.length < 13 || digits.length > 19 || /^(\d)\1+$/.test(digits)) return false;
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]) * (i % 2 === 0 ? 1 : 2);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 === 0;
}

/** In the order of the search: patterns that identify themselves come before those that only look like secrets. If two matches overlap, the first names the whole. */
export const SECRETS: readonly Secret[] = [
  {
    kind: 'key',
    pattern:
      /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}KEY(?: BLOCK)?-----|$)/g,
    needs: '-----BEGIN ',
  },
  { kind: 'token', pattern: /(?<![A-Za-z0-9])eyJ[\w-]{8,300}\.[\w-]{8,4096}(?:\.[\w-]{0,4096}){0,3}/g, needs: 'eyJ' },
  { kind: 'token', pattern: new RegExp(`(?<![A-Za-z0-9])(?:${TOKENS.join('|')})`, 'g'), needsWord: TOKEN_CHARS_MIN },
  // Azure, Terraform, Mailchimp, Telegram: recognised by their middle or end.
  { kind: 'token', pattern: /[\w~.]{3}[78]Q~[\w~.-]{24,40}/g, needs: 'Q~' },
  { kind: 'token', pattern: /[A-Za-z0-9]{14}\.atlasv1\.[\w-]{16,80}/g, needs: '.atlasv1.' },
  { kind: 'token', pattern: /(?<![a-f0-9])[a-f0-9]{32}-us\d{1,2}(?!\w)/g, needs: '-us' },
  { kind: 'token', pattern: /(?<!\d)\d{8,10}:AA[\w-]{20,40}/g, needs: ':AA' },
  {
    kind: 'token',
    pattern:
      /(?:hooks\.slack\.com\/(?:services|workflows|triggers)\/|discord(?:app)?\.com\/api\/webhooks\/|webhook\.office\.com\/webhookb2\/)([\w@/-]{8,512})/g,
    needs: '.com/',
  },
  {
    kind: 'token',
    pattern:
      /(?<![A-Za-z-])(?:bearer|basic|digest|negotiate|token|apikey|splunk)\s{1,4}(?=[\w.~+/=:-]{0,63}[\d=])([\w.~+/=:-]{8,4096})/gi,
  },
  {
    kind: 'token',
    pattern:
      /[?&#;](?:x-amz-(?:signature|credential|security-token)|x-goog-(?:signature|credential)|sig|signature)=([^&#\s"'<>]{4,4096})/gi,
    needs: '=',
    isSecret: isNoPlaceholder,
  },
  {
    kind: 'cookie',
    pattern:
      /(?<![A-Za-z])(?:set-)?cookie2?["'\]]{0,2}\s{0,4}[:=]\s{0,4}["']?([\w!#$%&*+.^|~-]{1,128}=[^\s;,"']{0,4096}(?:;\s{0,4}[\w!#$%&*+.^|~-]{1,128}(?:=[^\s;,"']{0,4096})?){0,64})/gi,
  },
  {
    kind: 'secret',
    pattern: /:\/\/(?<=[A-Za-z0-9]:\/\/)[^\s/?#:@"'<>]{0,256}:([^\s/?#"'<>]{1,256})(?=@)/g,
    needs: '://',
    isSecret: isNoPlaceholder,
  },
  // A token alone before the host, as in git and Sentry URLs.
  { kind: 'secret', pattern: /:\/\/(?<=https?:\/\/)([\w.~%-]{20,256})(?=@)/g, needs: '://' },
  { kind: 'secret', pattern: new RegExp(`${given(STRONG)}${VALUE}`, 'gi'), isSecret: isNoPlaceholder },
  {
    kind: 'secret',
    pattern: new RegExp(
      `(?:${STRONG})(?: for [\\w.@-]{1,64})?(?: is| was|:| to)\\s{1,4}["'\`](\\S[^"'\`\\r\\n]{2,128})(?=["'\`])`,
      'gi',
    ),
    isSecret: isNoPlaceholder,
  },
  {
    kind: 'secret',
    pattern: new RegExp(
      `(?:${STRONG})(?: for [\\w.@-]{1,64})? (?:is|was)(?: now)?:?\\s{1,4}(?=[^\\s,;]{0,63}\\d)([^\\s,;"'\`]{4,128})`,
      'gi',
    ),
    isSecret: isNoPlaceholder,
  },
  { kind: 'secret', pattern: new RegExp(`${given(WEAK)}${VALUE}`, 'gi'), isSecret: isIssued },
  { kind: 'secret', pattern: new RegExp(`${assigned(WEAK)}${VALUE}`, 'gi'), isSecret: isAssigned },
  {
    kind: 'secret',
    pattern: new RegExp(
      `(?<![\\w-])--?[\\w-]{0,40}(?:${STRONG}|token|secret|(?:api|access|private|secret|auth)-?key)\\s{1,4}${VALUE}`,
      'gi',
    ),
    needs: '-',
    isSecret: (found) => isNoPlaceholder(found) && !found.startsWith('-'),
  },
  {
    kind: 'secret',
    pattern: /(?<![\w-])(?:-u|--user)[ =]{1,4}["']?[\w.@+-]{1,128}:([^\s"']{1,256})/g,
    needs: '-u',
    isSecret: isNoPlaceholder,
  },
  {
    kind: 'email',
    pattern:
      /(?<!:\/\/[\p{L}\p{N}._%+-]{0,63})[\p{L}\p{N}._%+-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,63}(?![\p{L}\p{N}])/gu,
    needs: '@',
    // The account in every clone URL.
    isSecret: (found) => !found.startsWith('git@'),
  },
  {
    kind: 'token',
    pattern: /(?<![\w+/=-])(?=[\w+/=-]{0,64}\d)(?=[\w+/=-]{0,64}[A-Za-z])[\w+/=-]{32,}/g,
    needsWord: 32,
    only: 'prose',
  },
  { kind: 'token', pattern: /(?<![\w+/=-])[\w+/=-]{32,512}/g, needsWord: 32, only: 'name', isSecret: looksRandom },
  { kind: 'token', pattern: /(?<![\w+=-])[\w+=-]{32,512}/g, needsWord: 32, only: 'name', isSecret: looksRandom },
  {
    kind: 'number',
    pattern: /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])/g,
    isSecret: isIban,
  },
  { kind: 'number', pattern: /\p{Nd}(?:[ .()/-]{0,2}\p{Nd}){8,}/gu, only: 'prose' },
  { kind: 'number', pattern: /(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])/g, only: 'name', isSecret: isCardNumber },
  { kind: 'number', pattern: /(?<![\w+])\+\d{1,3}(?:[ ./()-]{0,2}\d){7,13}(?!\w)/g, only: 'name', needs: '+' },
  { kind: 'number', pattern: /(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])/g, only: 'name' },
];

/** ISO 13616-1: the check digits make it 1 modulo 97. */
function isIban(found: string): boolean {
  const packed = found.replaceAll(' ', '');
  if (packed.length < 15 || packed.length > 34) return false;
  let rest = 0;
  for (const character of packed.slice(4) + packed.slice(0, 4))
    for (const digit of String(Number.parseInt(character, 36))) rest = (rest * 10 + Number(digit)) % 97;
  return rest === 1;
}
