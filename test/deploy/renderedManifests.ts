import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ConfigMap, PodTemplateSpec, Service } from 'kubernetes-types/core/v1.d.ts';
import type { Deployment } from 'kubernetes-types/apps/v1.d.ts';
import type { HorizontalPodAutoscaler } from 'kubernetes-types/autoscaling/v2.d.ts';
import type { Job } from 'kubernetes-types/batch/v1.d.ts';
import type { NetworkPolicy } from 'kubernetes-types/networking/v1.d.ts';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.d.ts';
import { parseAllDocuments } from 'yaml';
import { versionOf } from '../support/realPart.js';

/** The fields of every manifest. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; labels?: Record<string, string> };
}

export interface Kinds {
  ConfigMap: ConfigMap;
  Deployment: Deployment;
  HorizontalPodAutoscaler: HorizontalPodAutoscaler;
  Job: Job;
  NetworkPolicy: NetworkPolicy;
  PodDisruptionBudget: PodDisruptionBudget;
  Service: Service;
}

/** The manifests that kubectl renders from a kustomization; undefined if there is no kubectl. */
export async function renderManifests(folder: string): Promise<Manifests | undefined> {
  if (versionOf('kubectl', 'version', '--client') === undefined) return undefined;
  const { stdout } = await promisify(execFile)('kubectl', ['kustomize', folder]);
  // Kubernetes reads YAML 1.1.
  return new Manifests(parseAllDocuments(stdout, { version: '1.1' }).map((document) => document.toJS() as Manifest));
}

export class Manifests {
  constructor(readonly all: readonly Manifest[]) {}

  /** The only one of a kind. */
  one<Kind extends keyof Kinds>(kind: Kind): Required<Kinds[Kind]> {
    const [found, ...others] = this.all.filter((manifest) => manifest.kind === kind);
    if (!found || others.length > 0) throw new Error(`There is not one ${kind}.`);
    return found as unknown as Required<Kinds[Kind]>;
  }

  /** The templates of the pods. */
  get podTemplates(): PodTemplateSpec[] {
    return [this.one('Deployment').spec.template, this.one('Job').spec.template];
  }
}
