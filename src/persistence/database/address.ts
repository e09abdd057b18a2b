/** Where a database is, and how every connection of ours reaches it: the ORM's, the input log's and the owner's lock. */
import type { PoolConfig } from 'pg';

/** A URL as the operator gave it, or the embedded database's socket. */
export type DatabaseAddress =
  | { readonly clientUrl: string }
  | { readonly host: string; readonly port: number; readonly database?: string };

/** Options of `pg` for one connection. */
export function connectionOptions(address: DatabaseAddress): PoolConfig {
  const common: PoolConfig = { application_name: 'endure', keepAlive: true };
  if ('clientUrl' in address) return { ...common, connectionString: verifiedTls(address.clientUrl) };
  const { host, port, database = 'postgres' } = address;
  return { ...common, host, port, database, user: 'postgres' };
}

/** Who asks for TLS gets a verified certificate; libpq's weaker modes are not on offer. */
function verifiedTls(url: string): string {
  return url.replace(/([?&]sslmode=)(?:prefer|require|verify-ca)(?=&|$)/, '$1verify-full');
}
