/** At most `charsMax` UTF-16 code units, with an ellipsis where something was cut off, never through a surrogate pair. */
export function shortened(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const cut = text.slice(0, charsMax - 1);
  return `${cut.isWellFormed() ? cut : cut.slice(0, -1)}…`;
}
