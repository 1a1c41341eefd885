/** Where the generated functions send their requests, and for whom. */
export const session: { baseUrl: string; accessToken?: string } = { baseUrl: '' };

export async function request<Result>(path: string, options: RequestInit): Promise<Result> {
  const headers = new Headers(options.headers);
  if (session.accessToken) headers.set('Authorization', `Bearer ${session.accessToken}`);
  const response = await fetch(session.baseUrl + path, { ...options, headers });
  const data: unknown = response.status === 204 ? undefined : await response.json();
  return { data, status: response.status, headers: response.headers } as Result;
}
