import type { ControlConnection } from './control-connection.ts';

/** Whether data connections have to be protected (PROT P): by the server's setting, or by that of the account that is signed in. */
export function mustProtectData({ context, state }: ControlConnection): boolean {
  return context.requireTls || (state.session?.identity.account.signIn.requireEncryption ?? false);
}
