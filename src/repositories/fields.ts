import type { Model, ModelStatic } from 'sequelize';

/**
 * Columns of a table for a SELECT of our own, under the names that its model has for them.
 * @param table what the SELECT calls it
 * @param prefix stands before each name, where columns of several tables have the same
 */
export function fields(model: ModelStatic<Model>, table: string, names: readonly string[], prefix = ''): string {
  const attributes = model.getAttributes() as Record<string, { field?: string }>;
  return names.map((name) => `${table}.${attributes[name]?.field ?? name} AS "${prefix}${name}"`).join(', ');
}
