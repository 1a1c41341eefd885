import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { alerts, dashboardPanels, expressions, selectors } from './metricNames.js';

const operations = new URL('../../docs/operations.md', import.meta.url);

describe('The dashboard and the alerts', () => {
  it('are PromQL, and each expression uses a metric', async () => {
    const all = await expressions();
    expect(all).to.have.length.above(30);
    for (const expression of all) expect(selectors(expression), expression).not.to.deep.equal([]);
    expect(selectors('sum(rate(a_total{b="c", d=~"e.*"}[5m])) / min by (g) (f)')).to.deep.equal([
      {
        name: 'a_total',
        matchers: [
          { label: 'b', operator: '=', value: 'c' },
          { label: 'd', operator: '=~', value: 'e.*' },
        ],
      },
      { name: 'f', matchers: [] },
    ]);
    expect(() => selectors('sum(rate(a_total[5m])')).to.throw('Not PromQL');
  });

  it('are explained in docs/operations.md: every panel, and every alert under a heading that its link leads to', async () => {
    const text = await readFile(operations, 'utf8');
    for (const { title } of await dashboardPanels()) expect(text).to.contain(`| ${title} `);
    for (const { alert, annotations } of await alerts()) {
      expect(annotations).to.have.all.keys('summary', 'description', 'runbook_url');
      expect(annotations['runbook_url']).to.equal(`docs/operations.md#${alert.toLowerCase()}`);
      expect(text).to.match(new RegExp(`^### ${alert}$`, 'm'));
    }
  });
});
