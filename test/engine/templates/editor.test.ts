import { describe, expect, it } from 'vitest';
import { FUNCTION_HELP } from '../../../engine/templates/function-help.ts';
import { FUNCTIONS } from '../../../engine/templates/functions.ts';
import {
  checkTemplate,
  compileTemplate,
  completions,
  contextFromJson,
  eventFields,
  hover,
  isSimple,
  PLACEHOLDERS,
  placeholdersOf,
  renderTemplateDocs,
  replaceRemovedPlaceholders,
  SAMPLE_EVENTS,
  TemplateSyntaxError,
  translateSimple,
} from '../../../engine/templates/index.ts';
import { removedNames } from '../../../engine/templates/removed.ts';
import { SIMPLE_TOKENS } from '../../../engine/templates/simple-tokens.ts';

const batch = eventFields(
  {
    Name: 'alice',
    Timestamp: '2025-07-04T14:30:05.123Z',
    Items: [
      { ObjectName: 'a.txt', VirtualPath: '/in/a.txt', FileSize: 1500, Timestamp: '2025-07-04T14:30:00Z' },
      { ObjectName: 'b.tar.gz', VirtualPath: '/in/b.tar.gz', FileSize: 20, Timestamp: '2025-07-04T14:30:05Z' },
    ],
  },
  { timeZone: 'UTC' },
);

const simple = (source: string) => compileTemplate(source).render(batch, { timeZone: 'UTC' });

describe('checkTemplate', () => {
  it.each([
    ['{{.Name}} {{.Timestamp.UTC.Year}} {{.IDPFields.any.thing}} {{.Metadata.x}} {{.Custom.field}}'],
    ['{{with .Object.User}}{{.Username}}{{$.Name}}{{end}}{{range .Items}}{{.ObjectName}}{{end}}'],
    ['{{range $i, $e := .Errors}}{{$i}}{{$e}}{{end}}{{define "x"}}{{.Whatever}}{{end}}{{template "x" .Name}}'],
    ['{{$u := .Object.User}}{{$u.Email}}{{(fromMillis 1).Year}}{{.Object.JSON | toJson}}'],
  ])('finds nothing wrong in %s', (source) => {
    expect(checkTemplate(source)).toEqual([]);
  });

  it.each([
    ['{{.Nmae}}', 1, 3],
    ['a\n{{if .Foo.Bar}}{{end}}', 2, 6],
    ['{{with .Object.User}}{{.Name}}{{end}}', 1, 24],
    ['{{range .Items}}{{.Nope}}{{end}}', 1, 19],
    ['{{$u := .Object.User}}{{$u.Nope}}', 1, 25],
    ['{{.Timestamp.Nope}}', 1, 3],
    ['{{range $f := .Items}}{{$f.Foo}}{{end}}', 1, 25],
    ['{{print (len .Bar)}}', 1, 14],
    ['{{if}}', 1, 5],
  ])('finds the error in %j at %i:%i', (source, line, column) => {
    expect(checkTemplate(source)).toMatchObject([{ severity: 'error', line, column }]);
  });

  it('names what replaces a removed placeholder', () => {
    expect(checkTemplate('{{.Ext}}')[0]?.message).toBe('{{.Ext}} no longer exists: use {{pathExt .VirtualPath}} instead.');
    expect(checkTemplate('{{.IDPFielddept}}')[0]?.message).toContain('{{.IDPFields.dept}}');
  });

  it('lists the placeholders of a template', () => {
    expect(placeholdersOf('{{.Name}}{{if $.Object.User}}{{end}}').map(({ path }) => path.join('.'))).toEqual(['Name', 'Object.User']);
  });
});

describe('replaceRemovedPlaceholders', () => {
  it.each([
    ['{{.Ext}}', '{{pathExt .VirtualPath}}'],
    ['{{ .Year }}-{{- .Month -}}', '{{ .Timestamp.UTC.Format "2006" }}-{{- .Timestamp.UTC.Format "01" -}}'],
    ['{{.ErrorString | toJson}}', '{{(stringJoin .Errors ", ") | toJson}}'],
    ['{{if eq .Ext ".pdf"}}x{{end}}', '{{if eq (pathExt .VirtualPath) ".pdf"}}x{{end}}'],
    ['{{range .Errors}}{{$.Ext}}{{end}}', '{{range .Errors}}{{pathExt $.VirtualPath}}{{end}}'],
    ['{{.IDPFieldrole}} {{.ObjectData}}', '{{.IDPFields.role}} {{.Object.JSON}}'],
    ['.Ext {{"Ext .Ext"}} {{.Name}}', '.Ext {{"Ext .Ext"}} {{.Name}}'],
  ])('%s', (before, after) => {
    expect(replaceRemovedPlaceholders(before)).toBe(after);
  });

  it('leaves nothing to complain about', () => {
    for (const { name } of removedNames()) {
      for (const source of [`{{.${name}}}`, `{{with .Name}}{{$.${name}}}{{end}}`, `{{print .${name} 1}}`]) {
        const replaced = replaceRemovedPlaceholders(source);
        expect(checkTemplate(replaced), replaced).toEqual([]);
        compileTemplate(replaced).render(eventFields(SAMPLE_EVENTS.upload));
      }
    }
  });
});

describe('simple variables', () => {
  it.each([
    ['{line_start}{name}{r}{n}{line_end}', 'a.txt\r\nb.tar.gz\r\n'],
    ['<LINE>%the_file_name% %the_file_size_formatted%, </LINE>from %user_name%', 'a.txt 1.5 KB, b.tar.gz 20 B, from alice'],
    ['{name} {stem} {ext} {parent_path} {size} {items_count}', 'b.tar.gz b.tar .gz /in 20 2'],
    ['{yyyy}-{MM}-{dd} {HH}:{mm}:{ss}.{S} {.S} {EEE}', '2025-07-04 14:30:05.123 123 Fri'],
    ['a { color: red } {"x": "%20"} 100%{n}', 'a { color: red } {"x": "%20"} 100%\n'],
    ['{%name%}', '{b.tar.gz}'],
    ['{nosuchtoken} {name}', '{nosuchtoken} b.tar.gz'],
  ])('%j', (source, output) => {
    expect(simple(source)).toBe(output);
  });

  it('is not guessed in texts without its tokens, or with Go actions', () => {
    expect(isSimple('a {color} %20 {}')).toBe(false);
    expect(isSimple('{name} {{.Name}}')).toBe(false);
    expect(compileTemplate('{name}', { syntax: 'go' }).render(batch)).toBe('{name}');
    expect(compileTemplate('{{{name}', { syntax: 'simple' }).render(batch)).toBe('{{b.tar.gz');
  });

  it('does not expand values again', () => {
    expect(compileTemplate('{name}').render(eventFields({ ObjectName: '{size}{{.IP}}' }))).toBe('{size}{{.IP}}');
  });

  it.each([
    ['{line_start}<LINE></LINE>{line_end}', 1, 13],
    ['a\n{line_start}{name}', 2, 1],
    ['{line_end}', 1, 1],
  ])('refuses the loops of %j', (source, line, column) => {
    expect(checkTemplate(source)).toMatchObject([{ severity: 'error', line, column }]);
    expect(() => compileTemplate(source)).toThrow(TemplateSyntaxError);
  });

  it('flags near misses, absent tokens, and file tokens outside of loops', () => {
    expect(checkTemplate('{usr_name} {items_count}')).toMatchObject([
      { severity: 'warning', column: 1, message: expect.stringContaining('{user_name}') as unknown },
    ]);
    expect(checkTemplate('{md5} {items_count}')).toMatchObject([
      { severity: 'warning', message: expect.stringContaining('not available') as unknown },
    ]);
    expect(checkTemplate('{name}')).toMatchObject([{ severity: 'hint' }]);
    expect(checkTemplate('{line_start}{name}{line_end}')).toEqual([]);
    expect(checkTemplate('{items_count} {body} {color}')).toEqual([]);
  });

  it('translates to Go, and places errors in the original', () => {
    const translation = translateSimple('x {path}\n{line_start}{name}{line_end}');
    expect(translation.source).toBe('x {{.VirtualPath}}\n{{range .Items}}{{.ObjectName}}{{end}}');
    expect(translation.offsetOf(translation.source.indexOf('{{.ObjectName'))).toBe(21);
  });

  it('has a sound action for every token', () => {
    for (const { name, action } of SIMPLE_TOKENS.values()) {
      if (action === null) continue;
      expect(checkTemplate(`{{${action}}}`), name).toEqual([]);
      expect(compileTemplate(`{line_start}{${name}}{line_end}`).render(batch).length).toBeGreaterThanOrEqual(0);
    }
  });
});

describe('completion, hover and documentation', () => {
  it('describe every function that there is', () => {
    expect(FUNCTION_HELP.map(({ name }) => name).sort()).toEqual([...FUNCTIONS.keys()].sort());
    for (const { example } of FUNCTION_HELP) {
      const source = example.includes('$m') && !example.includes(':=') ? `{{$m := createDict 1 "OK"}}${example}` : example;
      expect(checkTemplate(source), example).toEqual([]);
    }
  });

  it('have samples of the right type', () => {
    const samples = Object.fromEntries(PLACEHOLDERS.map(({ name, sample }) => [name, sample]));
    expect(() => contextFromJson(samples)).not.toThrow();
  });

  it('suggest what a template may use', () => {
    const labels = completions().map(({ label }) => label);
    for (const label of ['.Name', '.Object.User.Email', '.Timestamp.Format', 'toJson', '{name}', '.Object.JSON'])
      expect(labels).toContain(label);
    expect(new Set(labels).size).toBe(labels.length);
    expect(hover('.FileSize')).toMatchObject({ type: 'int64', sample: '10000' });
    expect(hover('nothing')).toBeNull();
  });

  it('are written out for the manual', () => {
    const docs = renderTemplateDocs();
    for (const { name } of PLACEHOLDERS) expect(docs).toContain(`\`.${name}\``);
    for (const { name } of FUNCTION_HELP) expect(docs).toContain(`\`${name}\``);
    expect(docs).not.toContain('undefined');
  });
});
