/**
 * The other end of a `Helper`: answers its commands, and ends with it.
 * @param {Record<string, (options: any) => unknown>} commands
 */
export function obey(commands) {
  process.on('message', async ({ command, options }) => {
    try {
      process.send({ result: await commands[command](options) });
    } catch (error) {
      process.send({ error: error instanceof Error ? error.message : String(error) });
    }
  });
  process.on('disconnect', () => process.exit());
}
