import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Sequelize } from 'sequelize';
import { parseConfig } from '../../src/config/config.js';
import { EmailTakenError } from '../../src/errors.js';
import { connect } from '../../src/db/connection.js';
import type { NewUser } from '../../src/domain/user.js';
import type { UserRepository } from '../../src/repositories/userRepository.js';
import { createTestDatabase, type TestDatabase } from '../support/testDatabase.js';
import { testStore } from '../support/testStore.js';

function newUser(name: string): NewUser {
  return { email: `${name}@example.com`, passwordHash: `hash of ${name}`, firstName: name, lastName: 'Hopper' };
}

describe('the accounts', () => {
  let database: TestDatabase;
  let sequelize: Sequelize;
  let users: UserRepository;
  before(async () => {
    database = await createTestDatabase();
    sequelize = connect(database.url, parseConfig({}).database);
    const store = testStore(sequelize);
    ({ users } = store);
    users.update = (id, changes) => store.transaction((inside) => inside.users.update(id, changes));
  });
  after(async () => {
    await sequelize.close();
    await database.drop();
  });

  async function insertBySql(email: string): Promise<unknown> {
    const sql = `INSERT INTO users (id, email, password_hash, first_name, last_name) VALUES ($1, $2, 'h', 'A', 'B')`;
    return sequelize.query(sql, { bind: [randomUUID(), email] }).catch((error: unknown) => error);
  }

  it('are read back as they were made, by id and by address', async () => {
    const made = await users.insert(newUser('grace'));
    const { id, createdAt, updatedAt, ...rest } = made;
    expect(rest).to.deep.equal({
      email: 'grace@example.com',
      firstName: 'grace',
      lastName: 'Hopper',
      role: 'user' as const,
      isActive: true,
      emailVerifiedAt: null,
    });
    expect(id).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(Date.now() - createdAt.getTime()).to.be.within(0, 60_000);
    expect(updatedAt).to.deep.equal(createdAt);
    expect(await users.findById(id)).to.deep.equal(made);
    expect(await users.findCredentialByEmail('grace@example.com')).to.deep.equal({
      user: made,
      passwordHash: 'hash of grace',
      passwordVersion: 0,
    });
  });

  it('keep any script, up to 100 characters', async () => {
    const names = { firstName: '😀'.repeat(100), lastName: 'Ο\'Χόπερ \\ "; DROP TABLE users --' };
    const { id } = await users.insert({ ...newUser('any'), ...names });
    expect(await users.findById(id)).to.include(names);
  });

  it('are unknown under another id or address', async () => {
    expect(await users.findById(randomUUID())).to.equal(undefined);
    expect(await users.findCredentialByEmail('nobody@example.com')).to.equal(undefined);
  });

  it('have one address each, whoever comes first in a race', async () => {
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => users.insert(newUser('racer'))));
    const refusals = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    expect(refusals).to.have.length(9);
    for (const refusal of refusals) expect(refusal).to.be.an.instanceOf(EmailTakenError);
  });

  it('are read afresh each time', async () => {
    const { id } = await users.insert(newUser('fresh'));
    expect(await users.findById(id)).to.have.property('isActive', true);
    await sequelize.query('UPDATE users SET is_active = false WHERE id = $1', { bind: [id] });
    expect(await users.findById(id)).to.have.property('isActive', false);
  });

  it('are returned as they are after a change', async () => {
    const made = await users.insert(newUser('changing'));
    const changed = await users.update(made.id, { firstName: 'Changed', lastName: undefined });
    expect(changed).to.deep.equal({ ...made, firstName: 'Changed', updatedAt: changed!.updatedAt });
    expect(changed!.updatedAt.getTime()).to.be.at.least(made.updatedAt.getTime());
    expect(await users.findById(made.id)).to.deep.equal(changed);
  });

  it('are returned as they are when nothing is to change', async () => {
    const made = await users.insert(newUser('constant'));
    const { updatedAt, ...rest } = (await users.update(made.id, { firstName: undefined }))!;
    expect({ ...rest, updatedAt: made.updatedAt }).to.deep.equal(made);
    expect(updatedAt.getTime()).to.be.at.least(made.updatedAt.getTime());
  });

  it('cannot be changed when they are gone', async () => {
    expect(await users.update(randomUUID(), { firstName: 'Nobody' })).to.equal(undefined);
  });

  it('never carry their hash beside a credential', async () => {
    const made = await users.insert(newUser('secretive'));
    const seen = [made, await users.findById(made.id), await users.update(made.id, { lastName: 'Changed' })];
    for (const user of seen) expect(JSON.stringify(user)).to.contain('secretive').and.not.to.contain('hash of');
  });

  it('are refused by the database itself under an address that is not normalised', async () => {
    for (const email of ['Upper@example.com', ' left@example.com', 'tab@example.com\t', 'jose\u0301@example.com']) {
      expect(await insertBySql(email), email).to.have.nested.property('parent.constraint', 'users_email_normalised');
    }
    expect(await insertBySql('jos\u00e9@example.com')).to.be.an('array');
  });

  it('are refused by the database itself under an address that is taken', async () => {
    expect(await insertBySql('plain@example.com')).to.be.an('array');
    expect(await insertBySql('plain@example.com')).to.have.nested.property('parent.constraint', 'users_email_key');
  });
});
