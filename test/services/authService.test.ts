import { expect } from 'chai';
import {
  AccountInactiveError,
  EmailNotVerifiedError,
  EmailTakenError,
  InvalidCredentialsError,
  OverloadedError,
} from '../../src/errors.js';
import type { Credential, NewUser, User } from '../../src/domain/user.js';
import { AuthService, type AuthPolicy } from '../../src/services/authService.js';
import type { Guess } from '../../src/services/guessGuard.js';
import { Metrics } from '../../src/observability/metrics.js';
import { SecurityEvents } from '../../src/services/securityEvents.js';
import type { SessionService } from '../../src/services/sessionService.js';

const client = { requestId: 'r1', ip: '192.0.2.7', userAgent: 'curl' };
const now = new Date('2026-01-02T03:04:05Z');

/** Accounts in memory. */
class FakeUsers {
  readonly credentials = new Map<string, Credential>();
  /** What was looked up, in order. */
  readonly asked: string[] = [];

  async insert({ passwordHash, ...person }: NewUser): Promise<User> {
    if (this.credentials.has(person.email)) throw new EmailTakenError();
    const user = {
      id: `id of ${person.email}`,
      ...person,
      role: 'user' as const,
      isActive: true,
      emailVerifiedAt: null,
      createdAt: now,
      updatedAt: now,
    };
    this.credentials.set(user.email, { user, passwordHash, passwordVersion: 0 });
    return user;
  }

  async findCredentialByEmail(email: string): Promise<Credential | undefined> {
    this.asked.push(email);
    return this.credentials.get(email);
  }

  deactivate(email: string): void {
    this.credentials.get(email)!.user.isActive = false;
  }
}

/** Nobody is locked out. `ended` has how each guess ended. */
function guardOf(ended: string[]) {
  return {
    begin: async (email: string) => ({ email, client, byNetwork: [], byAccount: {} }) as unknown as Guess,
    succeeded: async () => void ended.push('succeeded'),
    failed: async () => void ended.push('failed'),
  };
}

function proofBy(passwords: FakePasswords) {
  return { compare: (_guess: Guess, password: string, hash: string | undefined) => passwords.verify(password, hash) };
}

const open: AuthPolicy = { signupMode: 'open', requireVerifiedEmail: false };

/** Hashes that can be read, and a list of what was verified. */
class FakePasswords {
  readonly verified: [password: string, hash: string | undefined][] = [];

  async hash(password: string): Promise<string> {
    return `hash of ${password.length}`;
  }

  isOutdated(): boolean {
    return false;
  }

  async verify(password: string, hash: string | undefined): Promise<boolean> {
    this.verified.push([password, hash]);
    return hash === (await this.hash(password));
  }
}

const sessions = {
  begin: async ({ user }: Credential) => ({
    accessToken: `token of ${user.id}`,
    expiresIn: 1800,
    refreshToken: 'r',
    refreshExpiresIn: 60,
    sessionId: 's',
    user,
  }),
};

type Begin = SessionService['begin'];

function newService({
  passwords = new FakePasswords(),
  policy = open,
  begin = sessions.begin,
}: { passwords?: FakePasswords; policy?: AuthPolicy; begin?: Begin } = {}) {
  const users = new FakeUsers();
  const ended: string[] = [];
  const log: object[] = [];
  const note = (level: string) => (line: object, message: string) => void log.push({ level, ...line, message });
  const events = new SecurityEvents({ info: note('info'), warn: note('warning') } as never, new Metrics());
  const mails: string[] = [];
  const kept: string[] = [];
  const store = {
    users,
    transaction: async (work: (store: unknown) => Promise<unknown>) => work(store),
  };
  const accountMails = { askToVerify: async (_store: unknown, user: User) => void mails.push(`verify ${user.email}`) };
  const auth = new AuthService(
    store as never,
    passwords,
    { assertGood: async () => undefined },
    guardOf(ended),
    proofBy(passwords),
    { begin },
    { begin: async ({ email }: NewUser) => void kept.push(email) },
    accountMails as never,
    policy,
    events,
  );
  return { auth, users, passwords, log, mails, kept, ended };
}

const signup = { email: ' Grace@Example.com ', password: 'correct horse', firstName: 'Grace', lastName: 'Hopper' };
const id = 'id of grace@example.com';

async function thrownBy(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => expect.fail('Nothing was thrown.'),
    (error: unknown) => error,
  );
}

describe('signing up', () => {
  it('makes an account under the normalised address', async () => {
    const { auth } = newService();
    expect(await auth.signUp(signup, client)).to.deep.equal({
      id,
      email: 'grace@example.com',
      firstName: 'Grace',
      lastName: 'Hopper',
      role: 'user' as const,
      isActive: true,
      emailVerifiedAt: null,
      createdAt: now,
      updatedAt: now,
    });
  });

  it('stores a hash, and never the password', async () => {
    const { auth, users } = newService();
    await auth.signUp(signup, client);
    const stored = users.credentials.get('grace@example.com');
    expect(stored).to.have.property('passwordHash', 'hash of 13');
    expect(JSON.stringify(stored)).not.to.contain(signup.password);
  });

  it('is noted, without the address and the password', async () => {
    const { auth, log } = newService();
    await auth.signUp(signup, client);
    expect(log).to.deep.equal([
      { level: 'info', event: 'signed_up', user_id: id, request_id: 'r1', ip: '192.0.2.7', message: 'Signed up' },
    ]);
  });

  it('is refused under an address that is taken, in any form, and not noted', async () => {
    const { auth, log } = newService();
    await auth.signUp(signup, client);
    const error = await thrownBy(auth.signUp({ ...signup, email: 'GRACE@EXAMPLE.COM' }, client));
    expect(error).to.be.an.instanceOf(EmailTakenError);
    expect(log).to.have.length(1);
  });
});

describe('signing up where nobody may learn who has an account', () => {
  const policy: AuthPolicy = { signupMode: 'verified', requireVerifiedEmail: false };

  it('keeps each sign-up, makes no account and says nothing', async () => {
    const { auth, kept, users } = newService({ policy });
    expect(await auth.signUp(signup, client)).to.equal(undefined);
    expect(await auth.signUp(signup, client)).to.equal(undefined);
    expect(kept).to.deep.equal(['grace@example.com', 'grace@example.com']);
    expect(users.credentials.size).to.equal(0);
  });

  it('hashes the password in both cases, for the time that takes', async () => {
    const { auth, passwords } = newService({ policy });
    let hashed = 0;
    passwords.hash = async () => `hash ${(hashed += 1)}`;
    await auth.signUp(signup, client);
    await auth.signUp(signup, client);
    expect(hashed).to.equal(2);
  });

  it('does not tell by a sign-in either, until the address is proved', async () => {
    const { auth, users } = newService({ policy });
    await users.insert({ ...signup, email: 'grace@example.com', passwordHash: 'hash of 13' });
    expect(await thrownBy(auth.logIn(signup, client))).to.be.an.instanceOf(InvalidCredentialsError);
    users.credentials.get('grace@example.com')!.user.emailVerifiedAt = now;
    expect((await auth.logIn(signup, client)).user).to.include({ id });
  });
});

describe('signing in where addresses have to be proved', () => {
  it('is refused before that, with the right password only', async () => {
    const { auth, users } = newService({ policy: { signupMode: 'open', requireVerifiedEmail: true } });
    await auth.signUp(signup, client);
    expect(await thrownBy(auth.logIn(signup, client))).to.be.an.instanceOf(EmailNotVerifiedError);
    const wrong = await thrownBy(auth.logIn({ ...signup, password: 'wrong' }, client));
    expect(wrong).to.be.an.instanceOf(InvalidCredentialsError);
    users.credentials.get('grace@example.com')!.user.emailVerifiedAt = now;
    expect((await auth.logIn(signup, client)).user).to.include({ id });
  });
});

describe('signing in with a password that is changed, or to an account that is deactivated, meanwhile', () => {
  it('is refused as with a wrong password, and noted', async () => {
    const { auth, log } = newService({ begin: async () => undefined });
    await auth.signUp(signup, client);
    expect(await thrownBy(auth.logIn(signup, client))).to.be.an.instanceOf(InvalidCredentialsError);
    expect(log.at(-1)).to.include({ event: 'sign_in_failed', reason: 'invalid_credentials', user_id: id });
  });
});

describe('signing in', () => {
  async function withGrace() {
    const parts = newService();
    await parts.auth.signUp(signup, client);
    parts.log.length = 0;
    return parts;
  }

  it('gives a token and the account, whatever the form of the address', async () => {
    const { auth } = await withGrace();
    for (const email of ['grace@example.com', '\tGRACE@example.com ']) {
      const signedIn = await auth.logIn({ email, password: signup.password }, client);
      expect(signedIn).to.deep.include({ accessToken: `token of ${id}`, expiresIn: 1800 });
      expect(signedIn.user).to.include({ id, email: 'grace@example.com' });
      expect(signedIn.user).not.to.have.property('passwordHash');
    }
  });

  it('is noted, without the address and the token', async () => {
    const { auth, log } = await withGrace();
    await auth.logIn(signup, client);
    expect(log).to.deep.equal([
      { level: 'info', event: 'signed_in', user_id: id, request_id: 'r1', ip: '192.0.2.7', message: 'Signed in' },
    ]);
  });

  const failed = {
    level: 'warning',
    event: 'sign_in_failed',
    request_id: 'r1',
    ip: '192.0.2.7',
    message: 'Sign-in failed',
  };

  it('is refused with a wrong password, which is noted', async () => {
    const { auth, log } = await withGrace();
    const error = await thrownBy(auth.logIn({ ...signup, password: 'wrong' }, client));
    expect(error).to.be.an.instanceOf(InvalidCredentialsError);
    expect(log).to.deep.equal([{ ...failed, user_id: id, reason: 'invalid_credentials' }]);
  });

  it('is refused under an unknown address in the same words, after a hash was compared all the same', async () => {
    const { auth, passwords, log } = await withGrace();
    const wrongPassword = await thrownBy(auth.logIn({ ...signup, password: 'wrong' }, client));
    const unknown = await thrownBy(auth.logIn({ email: 'ada@example.com', password: 'wrong' }, client));
    expect(unknown)
      .to.be.an.instanceOf(InvalidCredentialsError)
      .with.property('message', (wrongPassword as Error).message);
    expect(passwords.verified).to.deep.equal([
      ['wrong', 'hash of 13'],
      ['wrong', undefined],
    ]);
    expect(log[1]).to.deep.equal({ ...failed, user_id: null, reason: 'invalid_credentials' });
  });

  it('is refused to an account that is not active, with the right password only', async () => {
    const { auth, users, log } = await withGrace();
    users.deactivate('grace@example.com');
    expect(await thrownBy(auth.logIn(signup, client))).to.be.an.instanceOf(AccountInactiveError);
    expect(log).to.deep.equal([{ ...failed, user_id: id, reason: 'account_inactive' }]);
    const error = await thrownBy(auth.logIn({ ...signup, password: 'wrong' }, client));
    expect(error).to.be.an.instanceOf(InvalidCredentialsError);
  });

  it('counts as a success with the right password, whatever comes of it, and else as a failure', async () => {
    const { auth, users, passwords, ended } = await withGrace();
    await auth.logIn(signup, client);
    await thrownBy(auth.logIn({ ...signup, password: 'wrong' }, client));
    expect(ended.splice(0)).to.deep.equal(['succeeded', 'failed']);
    passwords.isOutdated = () => true;
    passwords.hash = () => Promise.reject(new OverloadedError());
    passwords.verify = async () => true;
    expect(await thrownBy(auth.logIn(signup, client))).to.be.an.instanceOf(OverloadedError);
    users.deactivate('grace@example.com');
    expect(await thrownBy(auth.logIn(signup, client))).to.be.an.instanceOf(AccountInactiveError);
    expect(ended).to.deep.equal(['succeeded', 'succeeded']);
  });

  it('is not counted as a failure when the server is too busy to look', async () => {
    const busy = new FakePasswords();
    busy.verify = () => Promise.reject(new OverloadedError());
    const { auth, log } = newService({ passwords: busy });
    expect(await thrownBy(auth.logIn(signup, client))).to.be.an.instanceOf(OverloadedError);
    expect(log).to.deep.equal([]);
  });
});
