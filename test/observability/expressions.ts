import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '@evidence/testkit';
import { parse } from 'yaml';

export const FOLDER = join(REPOSITORY, 'deploy', 'observability');

export interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string; readonly runbook_url: string };
}

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[];
}

export const alerts: readonly Alert[] = (
  parse(readFileSync(join(FOLDER, 'alerts.yaml'), 'utf8')) as { groups: { rules: Alert[] }[] }
).groups.flatMap(({ rules }) => rules);

const dashboards: readonly Dashboard[] = readdirSync(join(FOLDER, 'dashboards')).map((file) =>
  JSON.parse(readFileSync(join(FOLDER, 'dashboards', file), 'utf8')),
);

/** Every expression of the rules and dashboards, with its location. */
export const expressions: readonly (readonly [string, string])[] = [
  ...alerts.map(({ alert, expr }) => [alert, expr] as const),
  ...dashboards.flatMap(({ panels }) =>
    panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
  ),
];

/** The functions of PromQL whose name has an underscore, as our metrics do. */
const FUNCTIONS: readonly string[] = ['histogram_quantile', 'predict_linear'];

/** The metrics that a PromQL expression reads; a histogram by its own name. All our metrics have an underscore in their name, and no label has. */
export function metricsIn(expr: string): readonly string[] {
  const bare = expr.replaceAll(/"[^"]*"|\$\w+/g, '');
  const names = bare.match(/[a-z][a-z0-9]*_[a-z0-9_]+/g) ?? [];
  return [
    ...new Set(names.filter((name) => !FUNCTIONS.includes(name)).map((name) => name.replace(/_(bucket|count)$/, ''))),
  ];
}
