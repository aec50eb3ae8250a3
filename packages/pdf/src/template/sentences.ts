/** The footer of every page of a template's PDF, independent of the template. */
export const furnitureSays = {
  attached: (tenant: string, reportId: string) =>
    `Page layout by a template of ${tenant}. The complete data is attached: ${reportId}.json`,
  data: (reportId: string, sha256: string) => `${reportId} · data sha256:${sha256}`,
  page: (current: number, total: number) => `Page ${current} of ${total}`,
  developmentKey: 'Development key: not evidence for third parties',
} as const;

/** Why there is no PDF. */
export const errorSays = {
  invalid: (pointer: string, why: string) => `The template is invalid at "${pointer}": it ${why}.`,
  failed: (why: string) => `The report cannot be typeset: ${why}`,
} as const;
