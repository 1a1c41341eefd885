import { copyFile, cp, symlink } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { newAccount, signedInAdmin } from '../support/accounts.js';
import { describedOperations, type describedOperation } from '../support/contract.js';
import { toolNode, toolPackages, toolProgram, toolVersion } from '../support/partnerTools.js';
import { runProgram } from '../support/runProgram.js';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporaryFolder.js';
import { startTestApp, type TestApp } from '../support/testApp.js';
import type { Seen, Visit } from './generators/partner.js';

type Described = ReturnType<typeof describedOperation>;
type Content = NonNullable<Described['operation']['requestBody']>['content'];

/** A generator: its package, its program in it, and the arguments with which it reads `../openapi.yaml`. */
interface CodeGenerator {
  tool: string;
  program: string;
  words: string[];
}

const description = '../openapi.yaml';

/** By the folder of generators/ that has what a partner writes: the call of the generated client. */
const generators: Record<string, CodeGenerator> = {
  'openapi-fetch': {
    tool: 'openapi-typescript',
    program: 'openapi-typescript',
    words: [description, '--output', 'generated/api.d.ts'],
  },
  'hey-api': {
    tool: '@hey-api/openapi-ts',
    program: 'openapi-ts',
    words: ['--input', description, '--output', 'generated', '--client', '@hey-api/client-fetch'],
  },
  orval: { tool: 'orval', program: 'orval', words: ['--config', 'orval.config.mjs'] },
  'swagger-typescript-api': {
    tool: 'swagger-typescript-api',
    program: 'swagger-typescript-api',
    words: ['generate', '--path', description, '--output', 'generated', '--name', 'api.ts'],
  },
};

const sources = fileURLToPath(new URL('generators', import.meta.url));
const bundle = fileURLToPath(new URL('../../generated/openapi.yaml', import.meta.url));

/** A generated zod schema. */
interface ZodSchema {
  safeParse(value: unknown): { success: boolean; error?: { message: string } };
}

/** A value of the description, and the name of the zod schema that must accept it. */
interface Example {
  schema: string;
  name: string;
  value: unknown;
}

/** How orval names the schema of the parameters in each place. */
const ofParameters: Record<string, string> = { query: 'QueryParams', path: 'Params', header: 'Header' };

function* examplesOfParameters(prefix: string, { operation }: Described): Generator<Example> {
  for (const [place, suffix] of Object.entries(ofParameters)) {
    const parameters = (operation.parameters ?? []).filter((each) => each.in === place && 'examples' in each.schema);
    const value = Object.fromEntries(parameters.map(({ name, schema }) => [name, schema.examples[0]]));
    if (parameters.length > 0) yield { schema: prefix + suffix, name: 'parameters', value };
  }
}

function* examplesOfContent(schema: string, content: Content | undefined): Generator<Example> {
  const examples = Object.entries(content?.['application/json']?.examples ?? {});
  for (const [name, { value }] of examples) yield { schema, name, value };
}

/** Every example of the operations: parameters, requests and answers. */
function* allExamples(): Generator<Example> {
  for (const [operationId, described] of describedOperations()) {
    const prefix = operationId[0]!.toUpperCase() + operationId.slice(1);
    yield* examplesOfParameters(prefix, described);
    yield* examplesOfContent(`${prefix}Body`, described.operation.requestBody?.content);
    for (const [status, { content }] of Object.entries(described.operation.responses)) {
      yield* examplesOfContent(`${prefix}${status === 'default' ? 'Default' : status}Response`, content);
    }
  }
}

describe('the clients that generators of others write', function () {
  this.timeout(120_000);
  let app: TestApp;
  let partner: string;
  const table: Record<string, Record<'version' | 'compiles' | 'calls the server', string>> = {};

  const load = (file: string): Promise<unknown> => import(pathToFileURL(`${partner}/${file}`).href);

  before(async () => {
    app = await startTestApp();
    partner = await temporaryFolder();
    await cp(sources, partner, { recursive: true });
    await copyFile(bundle, `${partner}/openapi.yaml`);
    await symlink(toolPackages, `${partner}/node_modules`);
  });
  after(async () => {
    console.table(table);
    await app.close();
    await removeTemporaryFolders();
  });

  for (const [name, { tool, program, words }] of Object.entries(generators)) {
    describe(name, () => {
      const row = { version: '', compiles: 'no', 'calls the server': 'no' };
      before(async () => {
        row.version = await toolVersion(tool);
        table[tool === name ? tool : `${tool} (${name})`] = row;
        const outcome = await runProgram(toolNode, [await toolProgram(tool, program), ...words], {
          cwd: `${partner}/${name}`,
        });
        expect(outcome.code, outcome.stderr + outcome.stdout).to.equal(0);
      });

      it('compiles strictly', async () => {
        const compiler = await toolProgram('typescript', 'tsc');
        const { code, stdout } = await runProgram(toolNode, [compiler], { cwd: `${partner}/${name}` });
        expect(code, stdout).to.equal(0);
        row.compiles = 'yes';
      });

      it('calls the server', async () => {
        const admin = await signedInAdmin(app);
        const newcomer = newAccount();
        const { visit } = (await load(`${name}/visit.ts`)) as { visit: (visit: Visit) => Promise<Seen> };
        const { email, password } = admin;
        const seen = await visit({ baseUrl: app.url, admin: { email, password }, newcomer });
        expect(seen).to.deep.equal({
          role: 'user',
          taken: 'email_taken',
          me: email,
          listed: [newcomer.email],
          isActive: false,
          refused: 'account_inactive',
          loggedOut: 204,
          ended: 'session_ended',
        });
        row['calls the server'] = 'yes';
      });
    });
  }

  describe('the zod schemas of orval', () => {
    it('accept every example of the description', async () => {
      const schemas = (await load('orval/generated/zod.ts')) as Record<string, ZodSchema>;
      const examples = Array.from(allExamples());
      const refused = examples.flatMap(({ schema, name, value }) => {
        const { success, error } = schemas[schema]?.safeParse(value) ?? {
          error: { message: 'There is no such schema.' },
        };
        return success ? [] : `${schema} ${name}: ${error!.message}`;
      });
      expect(refused).to.deep.equal([]);
      expect(examples.length).to.be.above(200);
    });
  });
});
