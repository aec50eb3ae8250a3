import type { ReportScan } from '@evidence/contracts';
import { count, counted } from '../words.js';

type Target = ReportScan['targets'][number];

/** One line for each target of a scan: its identity, as far as the file or the importer states it, and its outcome if there are several targets. */
export function targetLines({ targets }: ReportScan): string[] {
  if (targets.length === 0) return ['Target not stated: neither the file nor its importer says what was tested.'];
  return targets.map(
    (target) => `Target: ${[identity(target), outcome(target)].filter((part) => part !== '').join(', ')}`,
  );
}

/** The test suite, if the tool has one. */
export const suiteLines = ({ suite }: ReportScan): string[] =>
  suite === undefined ? [] : [`Test suite of ${counted(suite.probes, 'pair')} of probe and detector: ${suite.sha256}`];

function identity({ name, provider, model, ...pins }: Target): string {
  const known = [provider, model, pins.model_version].filter((part) => part !== undefined).join(' ');
  const digests = [
    pins.system_prompt_sha256 && `system prompt ${pins.system_prompt_sha256}`,
    pins.tools_sha256 && `tools ${pins.tools_sha256}`,
  ].filter((part) => part !== undefined);
  const called = name === '' ? known : known === '' ? name : `${name} (${known})`;
  return [called || 'unnamed', ...digests].join(', ');
}

function outcome({ evaluations }: Target): string {
  if (!evaluations) return '';
  const { failed, total } = evaluations;
  if (total === null) return `failed at least ${count(failed)}`;
  return failed === 0 ? `passed ${count(total)} of ${count(total)}` : `failed ${count(failed)} of ${count(total)}`;
}
