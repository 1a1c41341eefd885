import { settingNames } from '../../src/config/config.js';

/** Whether the server has a setting of this name, or one that is read from the file that this names. */
export function isSetting(name: string): boolean {
  return settingNames.includes(name) || settingNames.includes(name.replace(/_FILE$/, ''));
}

/** Settings without those that are in files. */
export function withoutFiles(settings: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !name.endsWith('_FILE')));
}
