/** Who plays here: a guest whose token this browser keeps. Another name is another guest. */
import { ApiError, call } from './http.ts';

export interface Account {
  readonly token: string;
  readonly user: { readonly id: string; readonly name: string };
}

const KEY = 'endure.account';

export function savedAccount(): Account | null {
  try {
    const { token, user } = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Account;
    return token && user?.id ? { token, user } : null;
  } catch {
    return null;
  }
}

/** The saved one where it has that name (or none is asked for) and the server still takes it. */
export async function signIn(name?: string): Promise<Account> {
  const saved = savedAccount();
  const isWanted = saved && (name === undefined || name === '' || name === saved.user.name);
  if (isWanted && (await isTaken(saved))) return saved;
  const made = await call<Account>('POST', '/auth/guest', { body: name ? { name } : {} });
  localStorage.setItem(KEY, JSON.stringify(made));
  return made;
}

async function isTaken({ token }: Account): Promise<boolean> {
  try {
    await call('GET', '/me', { token });
    return true;
  } catch (error) {
    if ((error as ApiError).code === 'AUTH_FAILED') return false;
    throw error;
  }
}
