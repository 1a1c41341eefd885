import { readTextFile } from './textFile.js';

/**
 * Adds settings from files, as containers get their secrets: `NAME_FILE` is the path of a file with the value of `NAME`. A
 * trailing line break is removed.
 * @param faults gets a line for each file that cannot be read, and for each setting given both ways
 */
export function readSettingFiles(
  variables: Readonly<Record<string, string>>,
  names: readonly string[],
  faults: string[],
): Record<string, string> {
  const values: Record<string, string> = { ...variables };
  for (const name of names) {
    const file = variables[`${name}_FILE`];
    if (file === undefined) continue;
    if (variables[name] !== undefined) faults.push(`${name} and ${name}_FILE: set only one of them`);
    try {
      values[name] = readTextFile(file).replace(/\r?\n$/, '');
    } catch (error) {
      faults.push(`${name}_FILE: cannot be read (${(error as Error).message})`);
    }
  }
  return values;
}
