import { execFile } from 'node:child_process';
import { access, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { signedInAdmin } from '../support/accounts.js';
import { compile, installedClient, type InstalledClient } from '../support/clientPackage.js';
import { codeBlocks } from '../support/markdown.js';
import { startTestApp, type TestApp } from '../support/testApp.js';

const run = promisify(execFile);

describe('The client package', () => {
  let client: InstalledClient;
  let app: TestApp;
  before(async () => {
    app = await startTestApp();
    client = await installedClient();
  });
  after(() => app.close());

  /** The text of a README example, for this server and this account. */
  function adapted(code: string, { email, password }: { email: string; password: string }): string {
    return code
      .replaceAll('https://api.example.com', app.url)
      .replaceAll('ada@example.com', email)
      .replaceAll('correct horse battery staple', password);
  }

  async function readme(language: string): Promise<string> {
    const text = await readFile(join(client.package, 'README.md'), 'utf8');
    const blocks = codeBlocks(text).filter((block) => block.language === language);
    return blocks.map(({ code }) => code).join('\n');
  }

  it('depends on openapi-fetch alone, of one version', async () => {
    const { dependencies } = JSON.parse(await readFile(join(client.package, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    expect(Object.keys(dependencies)).to.deep.equal(['openapi-fetch']);
    expect(dependencies['openapi-fetch']).to.match(/^0\.17\.\d+$/);
    const ours = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    expect(ours.devDependencies['openapi-fetch']).to.equal(dependencies['openapi-fetch']);
    const installedPackages = await readdir(join(client.folder, 'node_modules'));
    expect(installedPackages.filter((name) => !name.startsWith('.'))).to.have.members([
      '@smart-audit',
      'openapi-fetch',
      'openapi-typescript-helpers',
    ]);
  });

  it('has a licence, a README, and no sources', async () => {
    expect(await readdir(client.package)).to.have.members(['LICENSE', 'README.md', 'dist', 'package.json']);
  });

  it('shows nothing of openapi-fetch in its types', async () => {
    const names = await readdir(join(client.package, 'dist'), { recursive: true });
    const declarations = names.filter((name) => name.endsWith('.d.ts'));
    expect(declarations).to.have.length.above(10);
    for (const name of declarations) {
      expect(await readFile(join(client.package, 'dist', name), 'utf8'), name).not.to.contain('openapi-fetch');
    }
  });

  it('prints its size, of at most 8 kB', () => {
    const [, size] = /(\d+) bytes minified and gzipped/.exec(client.built) ?? [];
    expect(Number(size)).to.be.within(3000, 8 * 1024);
  });

  it('runs the examples of its README', async () => {
    const account = await signedInAdmin(app);
    const code = adapted(await readme('ts'), account);
    expect(code).to.contain(app.url);
    await writeFile(join(client.folder, 'examples.mts'), code);
    expect(await compile(client.folder, ['examples.mts'])).to.equal('');
    const { stdout, stderr } = await run(process.execPath, ['examples.mjs'], { cwd: client.folder });
    expect(stderr).to.equal('');
    const lines = stdout.trim().split('\n');
    expect(lines).to.deep.equal([
      `Logged in as ${account.email}`,
      'Grace King',
      '1 on the first page',
      account.email,
      'Log in instead.',
      'Logged in 2 times',
      'Show the login form.',
      account.email,
    ]);
    await access(join(client.folder, 'refresh-token'));
  });

  it('works with CommonJS, as the README shows', async () => {
    const account = await signedInAdmin(app);
    const code = `${await readme('js')}
      const client = createClient({ baseUrl: '${app.url}' });
      client.auth.logIn({ email: '${account.email}', password: 'a wrong one' }).then(
        () => console.log('logged in'),
        (error) => console.log(isApiError(error, 'invalid_credentials'), error instanceof Error),
      );`;
    await writeFile(join(client.folder, 'example.cjs'), code);
    const { stdout } = await run(process.execPath, ['example.cjs'], { cwd: client.folder });
    expect(stdout).to.equal('true true\n');
  });

  it('recognizes the errors of its other module format', async () => {
    const code = `import { createRequire } from 'node:module';
      import { isApiError } from '@smart-audit/client';
      const { ApiError } = createRequire(import.meta.url)('@smart-audit/client');
      console.log(isApiError(new ApiError({ code: 'email_taken', status: 409, detail: 'Taken.' }), 'email_taken'));`;
    await writeFile(join(client.folder, 'both.mjs'), code);
    const { stdout } = await run(process.execPath, ['both.mjs'], { cwd: client.folder });
    expect(stdout).to.equal('true\n');
  });

  it('has types for programs of both formats, and for bundlers', async () => {
    const code = `import { createClient, type User } from '@smart-audit/client';
      export const name = async (): Promise<User['first_name']> =>
        (await createClient({ baseUrl: 'http://localhost' }).getCurrentUser()).first_name;`;
    await Promise.all(['consumer.mts', 'consumer.cts'].map((file) => writeFile(join(client.folder, file), code)));
    expect(await compile(client.folder, ['consumer.mts', 'consumer.cts'], '--noEmit')).to.equal('');
    const bundler = ['--noEmit', '--module', 'esnext', '--moduleResolution', 'bundler', '--lib', 'es2022,dom'];
    expect(await compile(client.folder, ['consumer.mts'], ...bundler)).to.equal('');
  });
});
