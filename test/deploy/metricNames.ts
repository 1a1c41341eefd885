import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parser } from '@prometheus-io/lezer-promql';
import { parse } from 'yaml';

const path = (name: string): string => fileURLToPath(new URL(`../../deploy/${name}`, import.meta.url));

interface Panel {
  title: string;
  description: string;
  targets: { expr: string }[];
}

export interface Alert {
  alert: string;
  expr: string;
  annotations: Record<string, string>;
}

export async function dashboardPanels(): Promise<Panel[]> {
  return (JSON.parse(await readFile(path('grafana/dashboard.json'), 'utf8')) as { panels: Panel[] }).panels;
}

export async function alerts(): Promise<Alert[]> {
  const { groups } = parse(await readFile(path('prometheus/alerts.yaml'), 'utf8')) as { groups: { rules: Alert[] }[] };
  return groups.flatMap(({ rules }) => rules);
}

/** Every expression of the dashboard, with values for Grafana's variables, and of the alerts. */
export async function expressions(): Promise<string[]> {
  const targets = (await dashboardPanels()).flatMap((panel) => panel.targets.map(({ expr }) => expr));
  const queries = targets.map((expr) => expr.replaceAll('$__rate_interval', '5m').replaceAll('$job', '.*'));
  return [...queries, ...(await alerts()).map(({ expr }) => expr)];
}

/** A metric in an expression of PromQL, with labels that are, or match, a value. */
interface Selector {
  name: string;
  matchers: { label: string; operator: string; value: string }[];
}

/**
 * The metrics that an expression uses.
 * @throws Error if it is not PromQL
 */
export function selectors(expression: string): Selector[] {
  const found: Selector[] = [];
  const text = ({ from, to }: { from: number; to: number }): string => expression.slice(from, to);
  parser.parse(expression).iterate({
    enter: ({ type, from, node }) => {
      if (type.isError) throw new Error(`Not PromQL, at ${from}: ${expression}`);
      if (type.name === 'Identifier' && node.parent?.name === 'VectorSelector') {
        found.push({ name: text(node), matchers: [] });
      }
      if (type.name !== 'UnquotedLabelMatcher') return;
      const [label = '', operator = '', value = ''] = ['LabelName', 'MatchOp', 'StringLiteral'].map((part) =>
        text(node.getChild(part)!),
      );
      found.at(-1)!.matchers.push({ label, operator, value: value.slice(1, -1) });
    },
  });
  return found;
}
