import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import type { Manifest } from './renderedManifests.js';

/** A file that exists for the compiler only, beside this one. */
const fileName = fileURLToPath(new URL('manifestsToCheck.ts', import.meta.url));

/** The module of `kubernetes-types` that describes an API version, such as `apps/v1` or `networking.k8s.io/v1`. */
function moduleOf(apiVersion: string): string {
  const [version, group = 'core'] = apiVersion.split('/').reverse();
  return `kubernetes-types/${group.replace(/\.k8s\.io$/, '')}/${version}`;
}

/** The type errors of manifests by Kubernetes' API: unknown fields, and values of another type. */
export function typeFaults(manifests: readonly Manifest[]): string[] {
  const declarations = manifests.map(
    (manifest, index) =>
      `export const m${index}: import('${moduleOf(manifest.apiVersion)}').${manifest.kind} = ${JSON.stringify(manifest)};`,
  );
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const readSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (name, ...others) =>
    name === fileName
      ? ts.createSourceFile(name, declarations.join('\n'), ts.ScriptTarget.ES2023)
      : readSourceFile(name, ...others);
  const program = ts.createProgram([fileName], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n').trim());
}
