import { MailServer } from './mailServer.js';
import { startTestApp, type TestApp } from './testApp.js';
import { until } from './until.js';

/** An application with a mail server; closing the application closes both. */
export async function startMailedApp(
  settings: Record<string, string> = {},
  change?: Parameters<typeof startTestApp>[1],
): Promise<{ app: TestApp; mails: MailServer }> {
  const mails = await MailServer.start();
  const app = await startTestApp({ SMTP_URL: mails.url, ...settings }, change);
  const close = async (): Promise<void> => {
    await app.close();
    await mails.close();
  };
  return { app: { ...app, close }, mails };
}

/** Requests a clean-up and waits until it is done. */
export async function cleanUp(app: TestApp): Promise<void> {
  await app.sql(`INSERT INTO pgboss.job (name) VALUES ('clean-up')`);
  await untilJobsDone(app);
}

/** Waits until the queue is empty; retries do not wait for their backoff. */
export async function untilJobsDone(app: TestApp): Promise<void> {
  await until(async () => {
    await app.sql(`UPDATE pgboss.job SET start_after = now() WHERE state = 'retry'`);
    const waiting = `SELECT 1 FROM pgboss.job WHERE state < 'completed' AND name NOT LIKE '\\_\\_%'`;
    return (await app.sql(waiting)).length === 0;
  });
}

/** Ends the minute in which an address gets no second mail of the same kind. */
export async function passMinute(app: TestApp): Promise<void> {
  await app.sql("UPDATE pgboss.job SET singleton_on = singleton_on - interval '1 minute'");
}
