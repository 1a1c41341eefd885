import { expect } from 'chai';
import {
  catalogue,
  describedOperations,
  documentedRules,
  documentedStatuses,
  seenCodes,
  seenRules,
  wasSeen,
} from './support/contract.js';

const ids = [...describedOperations().keys()];
const statuses = [...new Set(ids.flatMap((id) => documentedStatuses(id)))].sort();

/** The table of operations and statuses: `x` for one that a test has produced, `-` for one that none has. */
function table(): string {
  const cell = (id: string, status: string): string => {
    if (!documentedStatuses(id).includes(status)) return '';
    return wasSeen(id, status) ? 'x' : '-';
  };
  const rows = [['operation', ...statuses], ...ids.map((id) => [id, ...statuses.map((status) => cell(id, status))])];
  const width = Math.max(...ids.map((id) => id.length));
  return rows.map(([id = '', ...cells]) => [id.padEnd(width), ...cells.map((c) => c.padEnd(7))].join(' ')).join('\n');
}

describe('what the tests have exercised', () => {
  before(() => console.log(`\n${table()}\n`));

  for (const id of ids) {
    it(`${id}: every documented status has been produced`, () => {
      expect(documentedStatuses(id).filter((status) => !wasSeen(id, status))).to.deep.equal([]);
    });
  }

  it('every error code of the catalogue has been produced, and no other', () => {
    expect([...seenCodes()].sort()).to.deep.equal(catalogue().sort());
  });

  it('every rule of an entry of errors has been produced, and no other', () => {
    expect([...seenRules()].sort()).to.deep.equal(documentedRules().sort());
  });
});
