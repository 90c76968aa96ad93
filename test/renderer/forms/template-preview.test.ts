import { describe, expect, it } from 'vitest';
import { readTemplate } from '../../../renderer/forms/template-preview.ts';

describe('reading a template', () => {
  it('shows it with a sample event', () => {
    expect(readTemplate('{{.Name}} sent {{.ObjectName}}')).toEqual({ problems: [], preview: 'alice sent file.txt' });
    expect(readTemplate('Dear {{.Recipient.Name}}').preview).toBe('Dear bob');
    expect(readTemplate('{{.Name}}', { Name: 'acme' }).preview).toBe('acme');
  });

  it('tells where something is wrong and shows nothing then', () => {
    const { problems, preview } = readTemplate('one\n  {{.Nmae}}');
    expect(problems).toMatchObject([{ severity: 'error', line: 2, column: 5 }]);
    expect(preview).toBeUndefined();
  });

  it('shows nothing for plain text, and nothing where only the sample does not fit', () => {
    expect(readTemplate('Plain text.')).toEqual({ problems: [], preview: undefined });
    expect(readTemplate('{{index .Errors 3}}')).toEqual({ problems: [], preview: undefined });
  });

  it('escapes values in HTML', () => {
    expect(readTemplate('<b>{{.Name}}</b>', { Name: '<i>' }, true).preview).toBe('<b>&lt;i&gt;</b>');
  });
});
