import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Handlers } from '../../src/api/openapi/operation.js';
import { newAccount, signedInAdmin, type TestAccount } from '../support/accounts.js';
import { codeBlocks, relativeLinks, section } from '../support/markdown.js';
import { runProgram, type Outcome } from '../support/runProgram.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporaryFolder.js';
import { startTestApp, type TestApp } from '../support/testApp.js';

const project = fileURLToPath(new URL('../../', import.meta.url));
const folder = join(project, 'openapi', 'workflows');
const guide = await readFile(join(project, 'docs', 'workflows.md'), 'utf8');
const { code: command } = codeBlocks(section(guide, 'Run them'))[0]!;

/** Servers with a fault, and the step that must fail. */
const faults: { fault: string; step: string; handlers: (real: Handlers) => Partial<Handlers> }[] = [
  {
    fault: 'keeps a session that it has ended',
    step: 'sessions.readAfterEnd',
    handlers: () => ({ endSession: async () => ({ status: 204 }) }),
  },
  {
    fault: 'keeps a session that has logged out',
    step: 'account.readAfterLogout',
    handlers: () => ({ logOut: async () => ({ status: 204 }) }),
  },
  {
    fault: 'forgets a change',
    step: 'account.readAgain',
    handlers: (real) => ({
      updateCurrentUser: async (call) => {
        const { body } = await real.getCurrentUser({ ...call, body: undefined });
        return { status: 200, body: { ...body!, first_name: call.body.first_name! } };
      },
    }),
  },
  {
    fault: 'does not deactivate',
    step: 'administration.readWhileInactive',
    handlers: (real) => ({
      updateUser: async (call) => {
        const { body } = await real.getUser({ ...call, body: undefined });
        return { status: 200, body: { ...body!, is_active: call.body.is_active! } };
      },
    }),
  },
];

describe('The workflows', () => {
  let app: TestApp;
  let admin: TestAccount;
  let broken: Partial<Handlers> = {};
  let handlers: Handlers;

  before(async () => {
    app = await startTestApp({}, (api) => {
      handlers = api.handlers;
      return { ...api, handlers: breakable(api.handlers) };
    });
    admin = await signedInAdmin(app);
  });
  afterEach(() => (broken = {}));
  after(async () => {
    await removeTemporaryFolders();
    await app.close();
  });

  /** The handlers, except for those that are in `broken` when they are called. */
  function breakable(real: Handlers): Handlers {
    const ids = Object.keys(real) as (keyof Handlers)[];
    const entries = ids.map((id) => [id, (call: never) => (broken[id] ?? real[id])(call)]);
    return Object.fromEntries(entries) as Handlers;
  }

  /** Runs the command of the guide with new inputs. It must find `redocly` here: there is no network. */
  async function run(files = 'openapi/workflows/*.arazzo.yaml'): Promise<Outcome & { failed: string[] }> {
    const { email, password } = newAccount();
    const script = command
      .replaceAll('ada@example.com', email)
      .replaceAll('grace@example.com', admin.email)
      .replaceAll('http://localhost:8000', app.url.replace('127.0.0.1', 'localhost'))
      .replaceAll('openapi/workflows/*.arazzo.yaml', files);
    const env = { ...process.env, npm_config_offline: 'true', NO_COLOR: '1' };
    const outcome = await runProgram('bash', ['--norc', '-euc', script], { cwd: project, env });
    expect(outcome.stdout + outcome.stderr).not.to.contain(password);
    return { ...outcome, failed: failedSteps(outcome.stdout) };
  }

  it('are linked in the guide, which is linked in the README', async () => {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.arazzo.yaml'));
    expect(relativeLinks(guide)).to.have.members(names.map((name) => `../openapi/workflows/${name}`));
    expect(relativeLinks(await readFile(join(project, 'README.md'), 'utf8'))).to.include('docs/workflows.md');
  });

  it('pass on a server, run by the command of the guide', async () => {
    const { code, stdout, stderr, failed } = await run();
    expect(failed).to.deep.equal([]);
    expect(code, stdout).to.equal(0);
    const passed = Array.from(
      (stdout + stderr).matchAll(/Steps: (\d+) passed, (\d+) total/g),
      ([, ...counts]) => counts,
    );
    expect(passed).to.deep.equal([
      ['9', '9'],
      ['11', '11'],
      ['9', '9'],
    ]);
  });

  it('run outside the repository, with the description that the server publishes', async () => {
    const elsewhere = await temporaryFolder();
    const text = await readFile(join(folder, 'account.arazzo.yaml'), 'utf8');
    const published = text.replace('../../generated/openapi.yaml', `${app.url}/openapi.yaml`);
    expect(published).not.to.equal(text);
    await writeFile(join(elsewhere, 'account.arazzo.yaml'), published);
    const { code, stdout } = await run(join(elsewhere, 'account.arazzo.yaml'));
    expect(code, stdout).to.equal(0);
  });

  for (const { fault, step, handlers: change } of faults) {
    it(`fail on a server that ${fault}`, async () => {
      broken = change(handlers);
      const { code, failed } = await run();
      expect(code).to.equal(1);
      expect(failed).to.include(step);
    });
  }

  it('fail on an answer that is not as described', async () => {
    broken = {
      listSessions: async (call) => {
        const reply = await handlers.listSessions(call);
        return { status: 200, body: { ...reply.body!, next_cursor: 1 as never } };
      },
    };
    const { code, stdout, failed } = await run();
    expect(code).to.equal(1);
    expect(failed).to.deep.equal(['sessions.list']);
    expect(stdout).to.match(/✗ schema check/);
  });
});

/** The steps that failed, after the names of their workflows. */
function failedSteps(output: string): string[] {
  const workflows = output.split(/^ *Running workflow \S+ \/ /m).slice(1);
  return workflows.flatMap((text) =>
    Array.from(text.matchAll(/^ *✗ [A-Z]+ \S+ - step (\w+)/gm), ([, step]) => `${/^\w+/.exec(text)![0]}.${step}`),
  );
}
