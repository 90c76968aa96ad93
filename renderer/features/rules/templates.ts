import type { rulesText } from '../../text/rules.ts';
import type { Beginning } from './draft.ts';

/** Beginnings that offices ask for first; what only the office knows is left empty. */
export const TEMPLATES: Readonly<Record<keyof typeof rulesText.templates, Beginning>> = {
  'mail-new-file': {
    triggers: ['upload'],
    steps: [
      {
        action: 'email',
        config: {
          subject: '{{.Name}} sent {{.ObjectName}}',
          text: '{{.VirtualPath}}, {{humanizeBytes .FileSize}}, arrived {{.Timestamp}}.',
        },
      },
    ],
  },
  'mail-per-visit': {
    triggers: ['upload'],
    timing: { per: 'session' },
    steps: [
      {
        action: 'email',
        config: {
          subject: '{{.Name}} sent {{.Count}} files',
          text: '{{range .Items}}{{.VirtualPath}}, {{humanizeBytes .FileSize}}\n{{end}}',
        },
      },
    ],
  },
  'call-system': {
    triggers: ['upload'],
    steps: [
      {
        action: 'http',
        config: { method: 'POST', url: '', body: '{"path": {{toJson .VirtualPath}}, "partner": {{toJson .Name}}, "size": {{.FileSize}}}' },
      },
    ],
  },
  archive: {
    triggers: ['upload'],
    conditions: { paths: [{ pattern: '/inbox/**' }] },
    steps: [
      { action: 'copy', config: { pairs: [{ source: '{{.VirtualPath}}', target: '/archive/{{.ObjectName}}' }], conflict: 'number' } },
    ],
  },
  'after-download': {
    triggers: ['download'],
    conditions: { paths: [{ pattern: '/outbox/**' }] },
    steps: [
      { action: 'rename', config: { pairs: [{ source: '{{.VirtualPath}}', target: '/fetched/{{.ObjectName}}' }], conflict: 'number' } },
    ],
  },
  'warn-failure': {
    triggers: ['error'],
    timing: { per: 'quiet' },
    steps: [
      {
        action: 'email',
        config: { subject: 'A transfer of {{.Name}} failed', text: '{{.VirtualPath}}\n{{range .Errors}}{{.}}\n{{end}}' },
      },
    ],
  },
  digest: {
    triggers: ['upload'],
    timing: { per: 'digest' },
    steps: [
      {
        action: 'email',
        config: {
          subject: '{{.Count}} files today',
          text: '{{range .Items}}{{.Name}}: {{.VirtualPath}}, {{humanizeBytes .FileSize}}\n{{end}}',
        },
      },
    ],
  },
  program: {
    triggers: ['upload'],
    conditions: { names: [{ pattern: '*.csv' }] },
    steps: [{ action: 'command', config: { command: '', arguments: [{ value: '{{.FsPath}}', mayBeOption: false }] } }],
  },
};

export type TemplateId = keyof typeof TEMPLATES;

/** The ones that a page without rules offers. */
export const FIRST_TEMPLATES: readonly TemplateId[] = ['mail-new-file', 'call-system', 'archive', 'warn-failure'];
