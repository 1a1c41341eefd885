import { expect } from 'chai';
import { runBuilt, type Outcome } from '../support/runProgram.js';
import { removeTemporaryFolders } from '../support/temporaryFolder.js';
import { createTestDatabase, type TestDatabase } from '../support/testDatabase.js';

describe('npm run migrate', () => {
  let database: TestDatabase;
  before(async () => (database = await createTestDatabase({ migrated: false })));
  after(async () => {
    await removeTemporaryFolders();
    await database.drop();
  });

  const migrate = (word: string): Promise<Outcome> => runBuilt('migrate', [word], { DATABASE_URL: database.url });

  it('goes up, shows the status, and goes down again', async () => {
    const steps: [word: string, printed: RegExp][] = [
      ['status', /^Applied: none\nPending: \d+\n {2}\d+-create-users\.cjs\n/],
      ['up', /^Applied: \d+\n/],
      ['up', /^Applied: none\n$/],
      ['status', /^Applied: \d+\n[^]*\nPending: none\n$/],
      ['down', /^Reverted: 1\n/],
      ['status', /\nPending: 1\n/],
    ];
    for (const [word, printed] of steps) expect((await migrate(word)).stdout, word).to.match(printed);
  });

  it('prints its usage for any other command', async () => {
    for (const word of ['sideways', 'toString', '']) {
      const { code, stderr } = await migrate(word);
      expect(code, word).to.equal(1);
      expect(stderr).to.contain('Usage: up | down | status');
    }
  });

  it('explains itself with examples, without a database', async () => {
    for (const words of [['--help'], ['-h'], ['down', '--help']]) {
      const { code, stdout, stderr } = await runBuilt('migrate', words, { DATABASE_URL: 'nonsense' });
      expect([code, stderr]).to.deep.equal([0, '']);
      expect(stdout).to.match(/^Usage: up \| down \| status\n[^]*\nExamples:\n {2}npm run migrate:/);
    }
  });

  it('has a server that explains itself too, instead of starting', async () => {
    const { code, stdout, stderr } = await runBuilt('server', ['--help'], { DATABASE_URL: 'nonsense' });
    expect([code, stderr]).to.deep.equal([0, '']);
    expect(stdout).to.match(/^Starts the API\.[^]*\nExamples:\n {2}npm start\n/);
  });
});
