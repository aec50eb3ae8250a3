/** On every page, and in the file itself. */
export const packSays = {
  head: (chapter: string, reportId: string) => `${chapter} · evidence report ${reportId}`,
  asOf: (tenant: string, instant: string) => `${tenant} · as of ${instant}`,
  /** Followed by the number of pages. */
  page: (number: string) => `Page ${number} of `,
  attachment: 'The data of this report, as canonical JSON (RFC 8785)',
} as const;
