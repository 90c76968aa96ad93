import { defineTrigger } from '../../contract/define.ts';
import { isVisit, ok, SESSION } from './shapes.ts';

/** Partners' comings and goings. */
export const SESSION_TRIGGERS = {
  connect: defineTrigger({
    ...SESSION,
    title: 'A partner signed in',
    listensTo: ['USER_LOGIN'],
    matches: (event) => ok(event) && isVisit(event),
    eventName: 'connect',
    sync: 'may',
    description: 'A partner signed in over SFTP or FTP.',
  }),
  'pre-login': defineTrigger({
    ...SESSION,
    title: 'Before a partner is let in',
    listensTo: [],
    matches: () => false,
    before: 'login',
    asked: { types: ['USER_LOGIN'], matches: (event) => ok(event) && isVisit(event) },
    sync: 'must',
    eventName: 'pre-login',
    hasSession: false,
    description:
      'Somebody showed the right password or key of an account. Success of the sync actions lets it in, failure refuses it. Actions never see the password.',
  }),
  disconnect: defineTrigger({
    ...SESSION,
    title: 'A partner left',
    listensTo: ['USER_LOGOUT'],
    matches: isVisit,
    eventName: 'disconnect',
    description: "A partner's session ended, by sign-out or by a lost connection.",
  }),
  'login-failed': defineTrigger({
    ...SESSION,
    title: 'A sign-in failed',
    listensTo: ['LOGIN_FAILED'],
    matches: () => true,
    failures: 'only',
    eventName: 'login-failed',
    hasUser: false,
    hasSession: false,
    description:
      'Somebody was refused at the sign-in. User conditions look at the name that was tried, whether there is such an account or not.',
  }),
} as const;
