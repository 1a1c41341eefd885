import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { section } from '../support/markdown.js';
import { copySources } from '../support/projectCopy.js';
import { runProgram, type Outcome } from '../support/runProgram.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporaryFolder.js';

const headers = [
  'X-Request-Id: XRequestId',
  'RateLimit: RateLimit',
  'RateLimit-Policy: RateLimitPolicy',
  'Cache-Control: NoStore',
];
const errors = ['400: InvalidRequest', '401: NotSignedIn', '429: RateLimited', '503: DatabaseUnavailable'];

const referenceTo = (kind: string, name: string): string => `$ref: ../components/${kind}/${name}.yaml`;

/** A path with one GET whose response is an object with one integer. */
function pathItem(tag: string, operationId: string, field: string): string {
  const lines = headers.map((header) => header.split(': ') as [string, string]);
  return `get:
  tags: [${tag}]
  operationId: ${operationId}
  summary: Count something
  description: Counts something.
  responses:
    '200':
      description: The count.
      headers:
${lines.map(([name, file]) => `        ${name}:\n          ${referenceTo('headers', file)}`).join('\n')}
      content:
        application/json:
          schema:
            type: object
            required: [${field}]
            properties:
              ${field}:
                type: integer
          examples:
            one:
              value:
                ${field}: 1
${errors
  .map((error) => error.split(': '))
  .map(([status, name]) => `    '${status}':\n      ${referenceTo('responses', name!)}`)
  .join('\n')}
    default:
      ${referenceTo('responses', 'UnexpectedError')}
`;
}

describe('The steps for a new operation in the README', () => {
  let folder: string;
  let commands: string[];
  before(async () => {
    folder = await temporaryFolder();
    await copySources(folder);
    const readme = await readFile(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8');
    commands = Array.from(
      section(readme, 'Add an operation').matchAll(/^ {3}`(npm [^`]+)`/gm),
      ([, command]) => command!,
    );
  });
  after(removeTemporaryFolders);

  /** Runs the command at the end of a step. */
  async function check(step: number): Promise<Outcome> {
    const { PATH, HOME } = process.env;
    return runProgram('sh', ['-c', commands[step - 1]!], { cwd: folder, env: { PATH, HOME } });
  }

  async function edit(file: string, from: string, to: string): Promise<void> {
    const text = await readFile(join(folder, file), 'utf8');
    expect(text, file).to.contain(from);
    await writeFile(join(folder, file), text.replace(from, to));
  }

  const expectSuccess = ({ code, stdout, stderr }: Outcome): void => expect(code, stdout + stderr).to.equal(0) as never;

  it('end with one command each', () => {
    expect(commands).to.have.length(5);
  });

  it('1: describe one of an existing tag and one of a new tag', async () => {
    await writeFile(join(folder, 'openapi/paths/count.yaml'), pathItem('Users', 'countSessions', 'sessions'));
    await writeFile(join(folder, 'openapi/paths/uptime.yaml'), pathItem('Uptime', 'getUptime', 'seconds'));
    const paths = ['/api/v1/users/me/session-count', '/api/v1/uptime'];
    const references = `paths:\n  ${paths[0]}:\n    $ref: paths/count.yaml\n  ${paths[1]}:\n    $ref: paths/uptime.yaml\n`;
    await edit('openapi/openapi.yaml', 'paths:\n', references);
    await edit(
      'openapi/openapi.yaml',
      'tags:\n',
      'tags:\n  - name: Uptime\n    description: How long the server has run.\n',
    );
    expectSuccess(await check(1));
  });

  it('2: generate; the compiler names the missing handlers', async () => {
    const { code, stdout } = await check(2);
    expect(code).to.equal(2);
    expect(stdout).to.match(/src\/bootstrap\/compositionRoot.*missing.*: countSessions, getUptime/);
  });

  it('3: write the handlers; the compiler names the missing method of the service', async () => {
    const controller = 'src/api/controllers/usersController.ts';
    await edit(controller, 'passwords: PasswordService)', 'passwords: PasswordService, sessions: SessionService)');
    await edit(
      controller,
      'import type { UserService',
      "import type { SessionService } from '../../services/sessionService.js';\nimport type { UserService",
    );
    await edit(
      controller,
      '  return {\n',
      `  return {
    async countSessions({ principal }) {
      return { status: 200, body: { sessions: await sessions.count(principal) } };
    },

`,
    );
    await writeFile(
      join(folder, 'src/api/controllers/uptimeController.ts'),
      `import type { Handlers } from '../openapi/operation.js';

/** The operations of the tag Uptime. */
export function uptimeController() {
  return {
    async getUptime() {
      return { status: 200, body: { seconds: Math.floor(process.uptime()) } };
    },
  } satisfies Partial<Handlers>;
}
`,
    );
    const root = 'src/bootstrap/compositionRoot.ts';
    await edit(
      root,
      '...usersController(users, emails, passwords),',
      '...usersController(users, emails, passwords, sessions),\n    ...uptimeController(),',
    );
    await edit(
      root,
      'import { usersController',
      "import { uptimeController } from '../api/controllers/uptimeController.js';\nimport { usersController",
    );
    const { code, stdout } = await check(3);
    expect(code).to.equal(2);
    expect(stdout.match(/error TS.*/g)).to.deep.equal([
      "error TS2339: Property 'count' does not exist on type 'SessionService'.",
    ]);
  });

  it('4: write the methods of service and repository', async () => {
    await edit(
      'src/services/sessionService.ts',
      '  async list({ user }',
      `  async count({ user }: Principal): Promise<number> {
    return this.store.sessions.count(user.id);
  }

  async list({ user }`,
    );
    await edit(
      'src/repositories/sessionRepository.ts',
      '  /** The active sessions of a user. */\n',
      `  /** The number of active sessions of a user. */
  async count(userId: string): Promise<number> {
    return this.sessions.count({ where: { userId, expiresAt: { [Op.gt]: databaseTime() } } });
  }

  /** The active sessions of a user. */
`,
    );
    expectSuccess(await check(3));
  });

  it('5: test it', async () => {
    await writeFile(
      join(folder, 'test/api/countSessions.test.ts'),
      `import { expect } from 'chai';
import { signedInAccount } from '../support/accounts.js';
import { startTestApp } from '../support/testApp.js';

describe('countSessions', () => {
  it('counts the sessions of the caller', async () => {
    const app = await startTestApp();
    const { token } = await signedInAccount(app);
    expect((await app.call('countSessions', { token })).body).to.deep.equal({ sessions: 1 });
    expect((await app.call('getUptime', { token })).status).to.equal(200);
    expect((await app.call('countSessions')).status).to.equal(401);
    await app.close();
  });
});
`,
    );
    const outcome = await check(5);
    expectSuccess(outcome);
    expect(outcome.stdout).to.contain('1 passing');
  });
});
