import { expect } from 'chai';
import { InvalidTokenError } from '../../src/core/errors.js';
import type { User, UserChanges } from '../../src/domain/user.js';
import { UserService } from '../../src/services/userService.js';

const grace: User = {
  id: 'u1',
  email: 'grace@example.com',
  firstName: 'Grace',
  lastName: 'Hopper',
  role: 'user',
  isActive: true,
  emailVerifiedAt: null,
  createdAt: new Date(0),
  updatedAt: new Date(0),
};

class FakeUsers {
  constructor(private readonly users: User[]) {}

  async update(id: string, changes: UserChanges): Promise<User | undefined> {
    const user = this.users.find((one) => one.id === id);
    return user && { ...user, ...(JSON.parse(JSON.stringify(changes)) as object) };
  }
}

const storeOf = (users: FakeUsers) =>
  ({ transaction: (work: (store: unknown) => unknown) => work({ users }) }) as never;

describe('changing one’s own record', () => {
  it('returns it as it is then', async () => {
    const users = new UserService(
      storeOf(new FakeUsers([{ ...grace, id: 'u0' }, grace])),
      {} as never,
      {} as never,
      {} as never,
    );
    const changed = await users.updateOwn(grace, { firstName: 'Ada', lastName: undefined });
    expect(changed).to.deep.equal({ ...grace, firstName: 'Ada' });
  });

  it('is refused when the account went away meanwhile', async () => {
    const users = new UserService(storeOf(new FakeUsers([])), {} as never, {} as never, {} as never);
    const error = await users.updateOwn(grace, { firstName: 'Ada' }).catch((thrown: unknown) => thrown);
    expect(error).to.be.an.instanceOf(InvalidTokenError).with.property('code', 'token_user_invalid');
  });
});
