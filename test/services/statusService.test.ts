import { expect } from 'chai';
import { NotReadyError } from '../../src/errors.js';
import { StatusService, type DatabaseStatus } from '../../src/services/statusService.js';

const complete: DatabaseStatus = { pendingMigrations: async () => [] };

async function refusalOf(database: DatabaseStatus): Promise<NotReadyError> {
  const error = await new StatusService(database, () => false).readiness().catch((thrown: unknown) => thrown);
  expect(error).to.be.an.instanceOf(NotReadyError);
  return error as NotReadyError;
}

describe('the server', () => {
  it('is ready when its database has all migrations', async () => {
    expect(await new StatusService(complete, () => false).readiness()).to.equal('ok');
  });

  it('is degraded, and still ready, when something is missing that it can do without', async () => {
    expect(await new StatusService(complete, () => true).readiness()).to.equal('degraded');
  });

  it('is not ready while migrations are missing, and says how many and what to do', async () => {
    const { errors } = await refusalOf({ pendingMigrations: async () => ['1.cjs', '2.cjs'] });
    expect(errors).to.deep.equal([{ path: '/database/migrations', message: '2 not applied; run migrate:up' }]);
  });

  it('is not ready while its database does not answer, and keeps the reason to itself', async () => {
    const reason = new Error('password authentication failed');
    const error = await refusalOf({ pendingMigrations: () => Promise.reject(reason) });
    expect(error.errors).to.deep.equal([{ path: '/database', message: 'does not answer' }]);
    expect(error.message).not.to.contain('password');
    expect(error.cause).to.equal(reason);
  });
});
