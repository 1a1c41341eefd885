import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Container, PodSpec } from 'kubernetes-types/core/v1.d.ts';
import { parse } from 'yaml';
import { parseConfig } from '../../src/config/config.js';
import { isSetting, jobConnections, postgresConnections, withoutFiles } from './knownSettings.js';
import { typeFaults } from './manifestTypes.js';
import { renderManifests, type Manifest, type Manifests } from './renderedManifests.js';

const project = fileURLToPath(new URL('../../', import.meta.url));
const folder = join(project, 'deploy', 'kubernetes');
const read = (path: string): Promise<string> => readFile(join(project, path), 'utf8');

/** After SHUTDOWN_TIMEOUT_MS and this many seconds the server ends by force: see server.ts. */
const lastResortSeconds = 15;

describe('deploy/kubernetes', () => {
  let manifests: Manifests;
  let settings: Record<string, string>;
  let apiPod: PodSpec;
  let api: Container;
  before(async function () {
    const rendered = await renderManifests(folder);
    if (!rendered) return this.skip();
    manifests = rendered;
    settings = manifests.one('ConfigMap').data;
    apiPod = manifests.one('Deployment').spec.template.spec!;
    api = apiPod.containers[0]!;
  });

  it('is made of the files that are there', async () => {
    const { resources } = parse(await read('deploy/kubernetes/kustomization.yaml')) as { resources: string[] };
    expect([...resources, 'kustomization.yaml']).to.have.members(await readdir(folder));
  });

  it('has only fields that Kubernetes knows, of the right types', () => {
    expect(typeFaults(manifests.all)).to.deep.equal([]);
    const broken = structuredClone(manifests.one('Deployment'));
    Object.assign(broken.spec.template.spec!.containers[0]!.securityContext!, { readOnlyRootFileSystem: true });
    expect(typeFaults([broken as Manifest]).join()).to.contain('readOnlyRootFileSystem');
  });

  it('gives existing settings valid values', () => {
    const job = manifests.one('Job').spec.template.spec!.containers[0]!;
    const names = [...Object.keys(settings), ...[...(api.env ?? []), ...job.env!].map(({ name }) => name)];
    for (const name of names) expect(isSetting(name), name).to.equal(true);
    const secrets = {
      DATABASE_URL: 'postgresql://api@database/smart_audit',
      SECRET_KEY: 'k'.repeat(32),
      SMTP_URL: 'smtp://mail',
      REDIS_URL: 'redis://redis',
    };
    for (const name of Object.keys(secrets)) expect(settings).to.have.property(`${name}_FILE`);
    expect(parseConfig({ ...withoutFiles(settings), ...secrets, ENV: 'production' })).to.include({ trustProxy: 1 });
    expect(settings).to.include({ MIGRATE_ON_START: 'false' });
  });

  it('holds no secret: they are files of Secrets that are made by hand', () => {
    expect(manifests.all.filter(({ kind }) => kind === 'Secret')).to.deep.equal([]);
    expect(JSON.stringify(manifests.all)).not.to.contain('secretKeyRef');
    for (const { spec } of manifests.podTemplates) {
      const { env = [], volumeMounts = [] } = spec!.containers[0]!;
      const values = [...Object.values(settings), ...env.map(({ value }) => value!)];
      const files = values.filter((value) => value.startsWith('/'));
      const mounts = volumeMounts.map(({ mountPath }) => mountPath);
      for (const file of files) expect(mounts).to.include(file.replace(/\/[^/]*$/, ''));
      expect(volumeMounts.map(({ name }) => name)).to.deep.equal(spec!.volumes!.map(({ name }) => name));
    }
  });

  it('has its secrets under the names that docs/operations.md makes them with', async () => {
    const docs = await read('docs/operations.md');
    const commands = /^(kubectl create secret generic smart-audit-api [^]*?)\n(kubectl .*)$/m;
    const [, api = '', migration = ''] = commands.exec(docs)!;
    const secret = /^\/run\/secrets\/smart-audit\/(.*)$/;
    const keys = Object.values(settings).flatMap((value) => secret.exec(value)?.[1] ?? []);
    expect(Array.from(api.matchAll(/--from-file=(\S+)/g), ([, key]) => key)).to.have.members(keys);
    const [file] = manifests.one('Job').spec.template.spec!.containers[0]!.env!.map(({ value }) => value!);
    expect(migration)
      .to.contain(`--from-file=${file!.split('/').at(-1)!}=`)
      .and.contain('smart-audit-migration');
  });

  it('lets only the Job have the role that owns the tables', () => {
    const [apiPodText, jobPodText] = manifests.podTemplates.map((template) => JSON.stringify(template));
    expect(jobPodText).to.contain('"secretName":"smart-audit-migration"').and.contain('MIGRATION_DATABASE_URL_FILE');
    expect(`${apiPodText}${JSON.stringify(settings)}`).not.to.match(/smart-audit-migration|MIGRATION_DATABASE_URL/);
    const { command } = manifests.one('Job').spec.template.spec!.containers[0]!;
    expect(command).to.deep.equal(['node', 'dist/migrate.js', 'up']);
  });

  it('runs one image, of this version, as the user and on the port of the Dockerfile', async () => {
    const dockerfile = await read('Dockerfile');
    const { version } = JSON.parse(await read('package.json')) as { version: string };
    const { name } = manifests.one('ConfigMap').metadata;
    for (const { spec } of manifests.podTemplates) {
      const { image, envFrom } = spec!.containers[0]!;
      expect(image).to.match(new RegExp(`/smart-audit-api:${version}$`));
      expect(envFrom).to.deep.equal([{ configMapRef: { name } }]);
    }
    // `runAsNonRoot` needs a number. 1000 is `node` in Node.js's images.
    expect(dockerfile).to.match(/^USER 1000$/m);
    const [, port] = /^EXPOSE (\d+)$/m.exec(dockerfile)!;
    expect(api.ports).to.deep.equal([
      { name: 'http', containerPort: Number(port) },
      { name: 'metrics', containerPort: Number(settings['METRICS_PORT']) },
    ]);
    expect(settings).not.to.have.any.keys('PORT', 'HOST', 'ENV');
  });

  it('gives pods no more rights than they need', () => {
    for (const { spec } of manifests.podTemplates) {
      expect(spec).to.include({ automountServiceAccountToken: false, enableServiceLinks: false });
      // No ids: OpenShift's restricted-v2 assigns them and rejects others.
      expect(spec!.securityContext).to.deep.equal({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      for (const container of spec!.containers) {
        expect(container.securityContext).to.deep.equal({
          allowPrivilegeEscalation: false,
          privileged: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(container.resources?.limits).to.have.property('memory');
      }
      // Without fsGroup they belong to root.
      for (const { secret } of spec!.volumes!) expect(secret!.defaultMode).to.equal(0o444);
    }
  });

  it('selects its own pods, and names what there is', () => {
    const { metadata, spec } = manifests.one('Deployment');
    const labels = spec.template.metadata!.labels!;
    const jobLabels = manifests.one('Job').spec.template.metadata!.labels!;
    const selectors = [
      spec.selector.matchLabels,
      manifests.one('Service').spec.selector,
      manifests.one('PodDisruptionBudget').spec.selector!.matchLabels,
      ...apiPod.topologySpreadConstraints!.map(({ labelSelector }) => labelSelector!.matchLabels),
    ];
    for (const selector of selectors) {
      expect(labels).to.deep.equal(selector);
      expect(jobLabels).not.to.deep.equal(selector);
    }
    const { podSelector } = manifests.one('NetworkPolicy').spec;
    for (const pods of [labels, jobLabels]) expect(pods).to.include(podSelector.matchLabels);
    expect(manifests.one('HorizontalPodAutoscaler').spec.scaleTargetRef).to.deep.equal({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      name: metadata.name,
    });
    const accounts = manifests.all.filter(({ kind }) => kind === 'ServiceAccount').map(({ metadata }) => metadata.name);
    for (const pod of manifests.podTemplates) expect(accounts).to.include(pod.spec!.serviceAccountName);
  });

  it('is applied in two steps: what the migrations need first, and what serves after them', () => {
    const component = ({ metadata }: Manifest): string | undefined => metadata.labels?.['app.kubernetes.io/component'];
    const kinds = (isApi: boolean): string[] =>
      manifests.all.filter((manifest) => (component(manifest) === 'api') === isApi).map(({ kind }) => kind);
    expect(kinds(false)).to.have.members(['ConfigMap', 'Job', 'NetworkPolicy', 'ServiceAccount']);
    expect(kinds(true)).to.include.members(['Deployment', 'Service']);
  });

  it('asks and lets in at ports that there are, and at paths that the description has', async () => {
    const names = api.ports!.map(({ name }) => name);
    const { paths } = JSON.parse(await read('generated/openapi.json')) as { paths: object };
    const probes = [api.startupProbe, api.livenessProbe, api.readinessProbe].map((probe) => probe!.httpGet!);
    for (const { path, port } of probes) {
      expect(paths).to.have.property(path!);
      expect(port).to.equal('http');
    }
    expect(probes.map(({ path }) => path)).to.deep.equal(['/health/live', '/health/live', '/health/ready']);
    expect(manifests.one('Service').spec.ports!.map(({ targetPort }) => targetPort)).to.deep.equal(['http']);
    const { ingress } = manifests.one('NetworkPolicy').spec;
    expect(ingress!.flatMap(({ ports }) => ports!.map(({ port }) => port))).to.deep.equal(names);
    const { annotations } = manifests.one('Deployment').spec.template.metadata!;
    expect(annotations).to.include({ 'prometheus.io/port': settings['METRICS_PORT'] });
  });

  it('replaces pods without a gap, and lets them finish', () => {
    const { strategy } = manifests.one('Deployment').spec;
    expect(strategy!.rollingUpdate).to.deep.equal({ maxSurge: 1, maxUnavailable: 0 });
    const [program, seconds] = api.lifecycle!.preStop!.exec!.command!;
    expect(program).to.equal('sleep');
    const needed = Number(seconds) + Number(settings['SHUTDOWN_TIMEOUT_MS']) / 1000 + lastResortSeconds;
    expect(apiPod.terminationGracePeriodSeconds).to.be.above(needed);
  });

  it('needs no more connections than PostgreSQL gives, in a rollout too', () => {
    const { minReplicas, maxReplicas } = manifests.one('HorizontalPodAutoscaler').spec;
    expect(minReplicas).to.be.within(2, maxReplicas);
    const aPod = Number(settings['WORKERS']) * (Number(settings['DATABASE_POOL_MAX']) + jobConnections);
    expect((maxReplicas + 1) * aPod).to.be.at.most(postgresConnections);
  });
});
