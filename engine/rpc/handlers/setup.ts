import type { CertificateService } from '../../setup/certificate.ts';
import type { Setup } from '../../setup/index.ts';
import type { Handlers } from '../dispatch.ts';

export function setupHandlers(
  setup: Setup,
  certificate: CertificateService,
): Pick<
  Handlers,
  | 'setup.get'
  | 'setup.saveDraft'
  | 'setup.checkFolder'
  | 'setup.checkPorts'
  | 'setup.checkReach'
  | 'setup.fix'
  | 'setup.selfTest'
  | 'setup.goLive'
  | 'certificate.get'
  | 'certificate.import'
> {
  return {
    'setup.get': () => setup.get(),
    'setup.saveDraft': (answers) => setup.saveDraft(answers),
    'setup.checkFolder': async (input) => ({ rows: await setup.checkFolder(input) }),
    'setup.checkPorts': async (input) => ({ rows: await setup.checkPorts(input) }),
    'setup.checkReach': async (input) => ({ rows: await setup.checkReach(input) }),
    'setup.fix': async (input, call) => ({ rows: await setup.fix(input, call) }),
    'setup.selfTest': async (_input, call) => ({ rows: await setup.selfTest(call) }),
    'setup.goLive': async (_input, call) => {
      await setup.goLive(call);
      return { done: true };
    },
    'certificate.get': () => certificate.get(),
    'certificate.import': (files, call) => certificate.import(files, call),
  };
}
