/** Printed in a report that was requested with excerpts. They are redacted, but may still be personal data. */
export const EVIDENCE_NOTICE =
  'This report contains redacted evidence excerpts, as requested. Erasing them from the system later does not erase them from copies of this report that have already been delivered.';

/** Two sources of a report state different figures. */
export const figuresDisagree = (figure: string, stated: unknown, found: unknown): string =>
  `${figure} is stated as ${stated} but was found to be ${found}. Run the stage that wrote it again.`;
