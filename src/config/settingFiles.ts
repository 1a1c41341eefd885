import { readFileSync } from 'node:fs';

/**
 * The variables, with what is in the file that `NAME_FILE` names as the value of `NAME`: containers are given secrets as
 * files. A line end at the end of the file is not part of the value.
 * @param names of all settings
 * @param faults gets a line for each file that cannot be read, and for each setting that is given in both ways
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
      values[name] = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    } catch (error) {
      faults.push(`${name}_FILE: cannot be read (${(error as Error).message})`);
    }
  }
  return values;
}
