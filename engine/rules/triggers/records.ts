import { defineTrigger } from '../../contract/define.ts';
import { ok, operation, RECORD, SESSION } from './shapes.ts';

/** Changes of accounts, rules, settings and other records. */
export const RECORD_TRIGGERS = {
  'record-add': defineTrigger({
    ...RECORD,
    title: 'A record was created',
    listensTo: ['OBJECT_INSERT'],
    matches: (event) => ok(event) && event.schema === 'BASE' && operation(event) === 'create',
    eventName: 'add',
    description: 'An account, rule or other record was created. User conditions look at who did it, name conditions at the record.',
  }),
  'record-update': defineTrigger({
    ...RECORD,
    title: 'A record was changed',
    listensTo: ['OBJECT_UPDATE', 'BASE_CONFIG_UPDATE'],
    matches: (event) => ok(event) && event.schema === 'BASE' && (event.type === 'BASE_CONFIG_UPDATE' || operation(event) === 'update'),
    eventName: 'update',
    description: 'An account, rule, the settings or another record was changed.',
  }),
  'record-delete': defineTrigger({
    ...RECORD,
    title: 'A record was deleted',
    listensTo: ['OBJECT_DELETE'],
    matches: (event) => ok(event) && event.schema === 'BASE',
    eventName: 'delete',
    hasUser: false,
    description: 'An account, rule or other record was deleted.',
  }),
} as const;

/** What partners hand in beside files. */
export const PARTNER_TRIGGERS = {
  share: defineTrigger({
    ...RECORD,
    title: 'A share was created',
    group: 'partner',
    listensTo: ['SHARE'],
    matches: (event) => ok(event) && event.info['event'] === 'created',
    eventName: 'share',
    description: 'Somebody shared files or a folder. User conditions look at who did it.',
  }),
  disclaimer: defineTrigger({
    ...SESSION,
    title: 'A partner accepted the notice',
    group: 'partner',
    listensTo: ['USER_ACCEPTED_MESSAGE'],
    matches: ok,
    eventName: 'disclaimer',
    description: 'A partner accepted the notice that is shown at the sign-in. What was filled in is in .Custom.',
  }),
  'site-command': defineTrigger({
    ...SESSION,
    title: 'A partner sent a SITE command',
    group: 'partner',
    listensTo: ['SITE_COMMAND'],
    matches: ok,
    eventName: 'site',
    description: 'A partner sent a SITE command over FTP. Command and arguments are in .Custom.command and .Custom.args.',
  }),
  custom: defineTrigger({
    ...SESSION,
    title: 'A message of a script or form',
    group: 'partner',
    listensTo: ['CUSTOM'],
    matches: ok,
    eventName: 'custom',
    description: 'A script, form or partner handed in an event of its own. Its fields are in .Custom.',
  }),
  problem: defineTrigger({
    ...RECORD,
    title: 'A problem was reported',
    group: 'partner',
    listensTo: ['PROBLEM'],
    matches: () => true,
    failures: 'always',
    eventName: 'problem',
    hasUser: false,
    description: 'A partner reported a problem, or Gatehouse met one that needs an administrator. The words are in .Problem.Message.',
  }),
} as const;
