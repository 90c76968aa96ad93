import { AppError } from '../../contract/errors.ts';
import type { SecretKey } from '../../settings/secret-key.ts';
import type { Handlers } from '../dispatch.ts';
import { requireConfirmed } from '../sensitive.ts';

type SecretsMethods = 'secrets.get' | 'secrets.setPassphrase' | 'secrets.recover' | 'secrets.startOver';

export function secretsHandlers(secretKey: SecretKey): Pick<Handlers, SecretsMethods> {
  return {
    'secrets.get': () => secretKey.state(),

    'secrets.setPassphrase': (input, call) => {
      requireConfirmed(call.caller, 'the recovery passphrase', 'passphrase');
      if (call.caller.kind === 'console' && input.current === undefined && secretKey.state().passphraseSet)
        throw new AppError('invalid_input', 'Enter the present recovery passphrase too.', { field: 'current' });
      return secretKey.setPassphrase(input, call);
    },

    'secrets.recover': ({ passphrase }, call) => {
      requireConfirmed(call.caller, 'the key of the stored secrets', 'passphrase');
      return secretKey.recover(passphrase, call);
    },

    'secrets.startOver': (_input, call) => {
      requireConfirmed(call.caller, 'the key of the stored secrets', 'key');
      return secretKey.startOver(call);
    },
  };
}
