/**
 * Prebuilt messages for the e-mail action (spec: actions, E-mail). Each is only a beginning: the editor fills subject and text with it, with
 * its preview and its test message. `triggers` names where its placeholders have something to show.
 */
export type MailTemplate = {
  readonly id: string;
  readonly title: string;
  readonly triggers: readonly string[];
  readonly subject: string;
  readonly text: string;
  /** The action whose message it is; e-mail where none is named. */
  readonly action?: 'ask-for-code';
};

const LINE = '{{.VirtualPath}}, {{humanizeBytes .FileSize}}, {{.Timestamp.Local.Format "2006-01-02 15:04"}}';
const LIST = `{{range .Items}}${LINE}\n{{end}}`;
const COUNT = '{{if gt .Count 1}}{{.Count}} files{{else}}{{.ObjectName}}{{end}}';
const ERRORS = '{{range .Errors}}- {{.}}\n{{end}}';

/** What the action "Ask for a code" sends. */
export const SIGN_IN_CODE_MAIL: MailTemplate = {
  id: 'sign-in-code',
  title: 'Code for the sign-in',
  triggers: ['pre-login'],
  subject: 'Code for your sign-in',
  text: 'The code for your sign-in as {{.Name}} is {{.Code}}. It is good once and for ten minutes.\n\nThe sign-in came from {{.IP}}. If it was not yours, somebody else knows your password: change it and tell the administrator.\n',
  action: 'ask-for-code',
};

export const MAIL_TEMPLATES: readonly MailTemplate[] = [
  {
    id: 'files-received',
    title: 'Files received',
    triggers: ['upload', 'first-upload'],
    subject: `{{.Name}} sent ${COUNT}`,
    text: `{{.Name}} sent:\n\n${LIST}`,
  },
  {
    id: 'files-fetched',
    title: 'Files fetched',
    triggers: ['download', 'first-download'],
    subject: `{{.Name}} fetched ${COUNT}`,
    text: `{{.Name}} fetched:\n\n${LIST}`,
  },
  {
    id: 'failed-transfer',
    title: 'Failed transfer',
    triggers: ['error'],
    subject: 'A transfer of {{.Name}} failed',
    text: `{{.VirtualPath}} of {{.Name}} could not be transferred over {{.Protocol}} from {{.IP}}:\n\n${ERRORS}`,
  },
  {
    id: 'failed-rule',
    title: 'Failed rule',
    triggers: [],
    subject: 'The rule {{.Rule}} failed',
    text: `Run {{.Run}} of the rule {{.Rule}} did not succeed:\n\n${ERRORS}\nThe console shows each step and can try the failed ones again.\n`,
  },
  {
    id: 'share-invitation',
    title: 'Share invitation',
    triggers: ['share'],
    subject: '{{.Name}} shares files with you',
    text: '{{.Name}} shares {{.ObjectName}} with you.{{if .Object.Share}} It can be fetched until {{(fromMillis .Object.Share.ExpiresAt).Local.Format "2006-01-02 15:04"}}.{{end}}\n',
  },
  {
    id: 'expiring',
    title: 'Password or account expiring',
    triggers: ['schedule', 'on-demand'],
    subject: 'Passwords or accounts expire soon',
    text: '{{range .Results}}- {{.User}}: {{.Reason}}, {{.Days}} days\n{{else}}Nothing expires.\n{{end}}',
  },
  {
    id: 'address-blocked',
    title: 'Address blocked',
    triggers: ['ip-blocked'],
    subject: 'The address {{.IP}} was blocked',
    text: 'Too many failed sign-ins came from {{.IP}}. It was blocked {{.Timestamp.Local.Format "2006-01-02 15:04"}}.\n',
  },
  {
    id: 'digest',
    title: 'Digest',
    triggers: ['upload', 'download'],
    subject: '{{.Count}} files, {{humanizeBytes .TotalSize}}',
    text: '{{range .Items}}{{.Timestamp.Local.Format "15:04"}}  {{.Name}}  {{.VirtualPath}}  {{humanizeBytes .FileSize}}\n{{end}}',
  },
  SIGN_IN_CODE_MAIL,
];

const CODE = /\{\{\s*\.Code\s*\}\}/g;

/** Whether a text says where the code of a sign-in shall stand. */
export function holdsSignInCode(template: string): boolean {
  return template.search(CODE) !== -1;
}

/** The template with a code of digits in place of its placeholder, which is empty everywhere else so that no trace shows it. */
export function withSignInCode(template: string, code: string): string {
  return template.replaceAll(CODE, code);
}

/** Enough of a mail address for its owner to know it, such as `k…@example.com`. */
export function shortenedAddress(address: string): string {
  const at = address.lastIndexOf('@');
  return `${address.slice(0, 1)}…${at === -1 ? '' : address.slice(at)}`;
}
