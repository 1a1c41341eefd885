import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { operations } from '../../client/src/generated/schema.js';
import type { Operations } from '../../client/src/index.js';
import { compile, installedClient, type InstalledClient } from '../support/clientPackage.js';

type Id = keyof operations & keyof Operations;
type Part<O, Name extends 'path' | 'query'> = O extends { parameters: Partial<Record<Name, infer P>> }
  ? Given<NonNullable<P>>
  : unknown;
type Given<P> = [P] extends [never] ? unknown : P;
type Body<O> = O extends { requestBody?: { content: { 'application/json': infer B } } } ? B : unknown;
type ArgumentsOf<Name extends Id> = NonNullable<Parameters<Operations[Name]>[0]>;
/** Those operations whose arguments are other than openapi-typescript's types of path, query and body. */
type Different = {
  [Name in Id]: ArgumentsOf<Name> extends Part<operations[Name], 'path'> &
    Part<operations[Name], 'query'> &
    Body<operations[Name]>
    ? never
    : Name;
}[Id];
type Missing = Exclude<keyof operations, keyof Operations>;
/** Neither exists; otherwise this does not compile. */
const none: [Different, Missing] extends [never, never] ? true : [Different, Missing] = true;

/** Each line of code has to be refused, or accepted, by the compiler. */
const mistakes: Record<string, string> = {
  'a misspelled error code': `if (isApiError(error, 'emial_taken')) error;`,
  'a misspelled argument': `void client.logIn({ emial: 'a@example.com', password: 'b' });`,
  'a missing argument': `void client.logIn({ email: 'a@example.com' });`,
  'no arguments where some are required': `void client.logIn();`,
  'an argument of another type': `void client.listUsers({ limit: '10' });`,
  'a role that does not exist': `void client.listUsers({ role: 'root' });`,
  'an operation that does not exist': `void client.listAccounts();`,
  'an argument of an operation that has none': `void client.getCurrentUser({ id: 'x' });`,
  'options in place of the arguments': `void client.getCurrentUser({ signal: AbortSignal.timeout(1) });`,
  'a misspelled option': `void client.getCurrentUser({}, { timout: 1 });`,
  'iteration over what has no pages': `void client.getCurrentUser.all();`,
  'a field that an answer does not have': `void client.getCurrentUser().then(({ name }) => name);`,
  'the fields of an answer without a body': `void client.unlockUser({ user_id: 'x' }).then(({ id }) => id);`,
  'a code that has been narrowed': `if (isApiError(error, 'email_taken')) { const code: 'not_found' = error.code; void code; }`,
  'an error that has not been checked': `void error.code;`,
  'a client without a server': `createClient({});`,
  'a store that cannot write': `createClient({ baseUrl: '', refreshToken: { read: () => '' } });`,
  'an operation that is assigned': `client.logIn = client.logIn;`,
  'a login that asks for a cookie itself': `void client.auth.logIn({ email: '', password: '', prefer: 'x' });`,
};

const correct = `
  const code: 'email_taken' | undefined = isApiError(error, 'email_taken') ? error.code : undefined;
  const own: 'timeout' | undefined = isApiError(error, 'timeout') ? error.code : undefined;
  const any: string | undefined = isApiError(error) ? error.code : undefined;
  const rule: string | undefined = isApiError(error) ? error.errors[0]?.message : undefined;
  void [code, own, any, rule];
  for await (const user of client.listUsers.all({ role: 'admin' })) user.email satisfies string;
  for await (const session of client.listSessions.all({}, { timeout: 1 })) session.id satisfies string;
  const known: ErrorCode = 'not_found';
  const args: ListUsersArguments = { is_active: true };
  const { getCurrentUser } = client;
  const role: 'admin' | undefined = undefined;
  void client.listUsers({ role }, { signal: undefined, timeout: undefined });
  void [known, args, getCurrentUser({}, { signal: new AbortController().signal })];
`;

describe("The client's types", () => {
  let client: InstalledClient;
  before(async () => (client = await installedClient()));

  const program = (code: string): string => `
    import { createClient, isApiError, type ErrorCode, type ListUsersArguments } from '@smart-audit/client';
    const client = createClient({ baseUrl: 'https://api.example.com' });
    declare const error: unknown;
    ${code}`;

  it('are those of openapi-typescript, for all operations', () => {
    expect(none).to.equal(true);
  });

  it('refuse mistakes, and accept what is correct', async () => {
    const lines = Object.entries(mistakes).map(([what, code]) => `// @ts-expect-error ${what}\n${code}`);
    await writeFile(join(client.folder, 'types.mts'), program([correct, ...lines].join('\n')));
    for (const option of ['--strict', '--exactOptionalPropertyTypes']) {
      expect(await compile(client.folder, ['types.mts'], '--noEmit', option), option).to.equal('');
    }
  });
});
