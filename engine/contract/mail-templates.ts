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
};

const LINE = '{{.VirtualPath}}, {{humanizeBytes .FileSize}}, {{.Timestamp.Local.Format "2006-01-02 15:04"}}';
const LIST = `{{range .Items}}${LINE}\n{{end}}`;
const COUNT = '{{if gt .Count 1}}{{.Count}} files{{else}}{{.ObjectName}}{{end}}';
const ERRORS = '{{range .Errors}}- {{.}}\n{{end}}';

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
];
