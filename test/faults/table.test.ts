import { expect } from 'chai';
import { faultTable, recordedFaults } from '../support/faultTable.js';

describe('what the faults have come to', () => {
  before(() => console.log(`\n${faultTable()}\n`));

  for (const column of ['failed', 'lost'] as const) {
    it(`nothing ${column}`, () => {
      expect(recordedFaults().filter((result) => result[column] > 0)).to.deep.equal([]);
    });
  }
});
