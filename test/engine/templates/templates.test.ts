import { describe, expect, it } from 'vitest';
import {
  compileTemplate,
  contextFromJson,
  eventFields,
  SAMPLE_EVENTS,
  TemplateRuntimeError,
  TemplateSyntaxError,
  ValueError,
  type EventValues,
  type RenderOptions,
} from '../../../engine/templates/index.ts';

const ROME = { timeZone: 'Europe/Rome' };

function render(source: string, event: EventValues = SAMPLE_EVENTS.upload, options: RenderOptions = {}): string {
  return compileTemplate(source).render(eventFields(event, ROME), { ...ROME, ...options });
}

function errorOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return null;
}

describe('positions', () => {
  it.each([
    ['a\nb {{.Name', 2, 3],
    ['{{if true}}\n\n  {{nofunc 1}}{{end}}', 3, 5],
    ['{{"abc}}', 1, 3],
    ['{{$x}}', 1, 3],
    ['x{{end}}', 1, 2],
    ['{{range .Errors}}{{end}}{{break}}', 1, 27],
    ['😀{{(1}}', 1, 7],
  ])('a syntax error in %j is at %i:%i', (source, line, column) => {
    const error = errorOf(() => compileTemplate(source));
    expect(error).toBeInstanceOf(TemplateSyntaxError);
    expect(error).toMatchObject({ line, column });
    expect((error as Error).message).toMatch(/^[A-Z{].*\.$/s);
  });

  it.each([
    ['ok\n  {{.Nope}}', 2, 5],
    ['{{pathDir 5}}', 1, 11],
    ['{{index .Errors 5}}', 1, 3],
    ['{{if true}}\n{{template "x"}}{{end}}', 2, 1],
    ['{{print (len 3)}}', 1, 10],
  ])('a runtime error in %j is at %i:%i', (source, line, column) => {
    const error = errorOf(() => render(source));
    expect(error).toBeInstanceOf(TemplateRuntimeError);
    expect(error).toMatchObject({ line, column });
  });
});

describe('limits', () => {
  it.each([
    ['endless recursion', '{{define "a"}}{{template "a"}}{{end}}{{template "a"}}', /nested deeper than 64/],
    ['a long loop', '{{range 100000000}}{{end}}', /100000 steps/],
    ['much output', `{{range 30000}}${'text '.repeat(20)}{{end}}`, /beyond 1048576 bytes/],
    ['doubling text', '{{$x := "aaaaaaaa"}}{{range 90}}{{$x = print $x $x}}{{end}}{{$x}}', /beyond 1048576 bytes/],
    ['a wide number', '{{printf "%9000000d" 1}}', /beyond 1048576 bytes/],
    ['replacing letters by texts', '{{$x := printf "%900000d" 1}}{{stringReplace $x " " $x}}', /beyond 1048576 bytes/],
    ['replacing nothing', '{{$x := printf "%900000d" 1}}{{stringReplace $x "" $x}}', /beyond 1048576 bytes/],
    ['joining', '{{$x := printf "%900000d" 1}}{{stringJoin (stringSlice $x $x $x) $x}}', /beyond 1048576 bytes/],
    ['maps in maps', '{{$x := createDict 1 1}}{{range 90}}{{$x = createDict 1 $x 2 $x}}{{end}}{{$x}}', /nested deeper|beyond|steps/],
    ['work on long texts', '{{$x := printf "%900000d" 1}}{{range 50000}}{{if len $x}}{{end}}{{end}}', /steps/],
    ['printing long texts', '{{$x := printf "%900000d" 1}}{{range 50000}}{{$y := toJson (stringSlice $x)}}{{end}}', /steps/],
    ['long formats', '{{$f := printf "%900000s" "%"}}{{range 50000}}{{$y := printf $f 1}}{{end}}', /steps/],
  ])('%s ends in an error, soon', (_, source, message) => {
    const start = performance.now();
    const error = errorOf(() => render(source));
    expect(error).toBeInstanceOf(TemplateRuntimeError);
    expect((error as Error).message).toMatch(message);
    expect(performance.now() - start).toBeLessThan(20_000);
  });

  it.each([
    ['parentheses', `{{${'('.repeat(5000)}1${')'.repeat(5000)}}}`],
    ['blocks', '{{if 1}}'.repeat(5000) + '{{end}}'.repeat(5000)],
  ])('%s nested 5,000 deep are a syntax error', (_, source) => {
    expect(errorOf(() => compileTemplate(source))).toBeInstanceOf(TemplateSyntaxError);
  });

  it('a long chain of else if is no nesting', () => {
    const source = `{{if eq .Status 0}}0${Array.from({ length: 5000 }, (_, i) => `{{else if eq $.Status ${i + 2}}}${i}`).join('')}{{else}}x{{end}}`;
    expect(render(source)).toBe('x');
  });

  it('counts bytes, not characters, of the output', () => {
    const full = 'é'.repeat(524_288);
    expect(render(full)).toBe(full);
    expect(errorOf(() => render(`${full}x`))).toBeInstanceOf(TemplateRuntimeError);
  });

  it('takes other limits', () => {
    expect(errorOf(() => render('{{range 50}}.{{end}}', SAMPLE_EVENTS.upload, { limits: { steps: 60 } }))).toBeInstanceOf(
      TemplateRuntimeError,
    );
  });
});

describe('hostile values', () => {
  it.each(['{{.IP}}', '"}}', 'a\nb', '__proto__', 'constructor', '<script>', '%s%d', '$1$&', '\u0000'])('%j stays data', (value) => {
    expect(render('{{.ObjectName}}', { ObjectName: value })).toBe(value);
    expect(JSON.parse(render('{{toJson .ObjectName}}', { ObjectName: value }))).toBe(value);
    expect(render('{{stringReplace "x" "x" .ObjectName}}', { ObjectName: value })).toBe(value);
  });

  it('a lone surrogate becomes the replacement character', () => {
    expect(render('{{.ObjectName}}|{{len .ObjectName}}', { ObjectName: 'a\ud800b' })).toBe('a\ufffdb|5');
    expect(compileTemplate('x\udc80{{"\udc80"}}').render(eventFields({}))).toBe('x\ufffd\ufffd');
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'prototype', 'valueOf', 'type', 'values', 'entries'])(
    '%s is just a missing name',
    (name) => {
      expect(errorOf(() => render(`{{.${name}}}`))).toBeInstanceOf(TemplateRuntimeError);
      expect(errorOf(() => render(`{{.Object.${name}}}`))).toBeInstanceOf(TemplateRuntimeError);
      expect(errorOf(() => render(`{{.Timestamp.${name}}}`))).toBeInstanceOf(TemplateRuntimeError);
      expect(errorOf(() => compileTemplate(`{{${name} 1}}`))).toBeInstanceOf(TemplateSyntaxError);
      expect(render(`{{.Metadata.${name}}}{{index .Metadata "${name}"}}`)).toBe('<no value>');
    },
  );

  it('reads only own properties of a context', () => {
    const json: unknown = JSON.parse('{"Metadata": {"__proto__": "x", "constructor": "y"}}');
    expect(compileTemplate('{{.Metadata.__proto__}}{{.Metadata.constructor}}').render(contextFromJson(json))).toBe('xy');
    expect(errorOf(() => contextFromJson(JSON.parse('{"__proto__": {"Name": "x"}}')))).toBeInstanceOf(ValueError);
  });
});

describe('HTML', () => {
  it('escapes values, not text', () => {
    expect(render(`<b title="{{.Name}}">{{.ObjectName}}</b> & {{print "<" 1}}`, { Name: '"q"', ObjectName: "<i>'" }, { html: true })).toBe(
      '<b title="&#34;q&#34;">&lt;i&gt;&#39;</b> & &lt;1',
    );
  });

  it('does not escape twice what goes into html', () => {
    expect(render('{{.Name | html}}{{html .Name}}', { Name: '<' }, { html: true })).toBe('&lt;&lt;');
  });

  it('escapes inside of called templates', () => {
    expect(render('{{define "a"}}<{{.}}>{{end}}{{template "a" .Name}}', { Name: '&' }, { html: true })).toBe('<&amp;>');
  });
});

describe('contexts', () => {
  it('fills what is missing with empty values', () => {
    expect(
      compileTemplate('[{{.Name}}{{.Status}}{{.Errors}}{{.Metadata}}{{.Object.JSON}}{{.Count}}{{len .Items}}{{.Timestamp.IsZero}}]').render(
        eventFields({}),
      ),
    ).toBe('[0[]map[]{}00true]');
  });

  it('names the value that is wrong', () => {
    expect(errorOf(() => contextFromJson({ Status: 'one' }))).toMatchObject({ message: 'Status must be a whole number.' });
    expect(errorOf(() => contextFromJson({ Nope: 1 }))).toMatchObject({ message: 'There is no placeholder Nope.' });
    expect(errorOf(() => contextFromJson({ Object: { User: { Groups: [1] } } }))).toMatchObject({
      message: 'Object.User.Groups[0] must be a text.',
    });
    expect(errorOf(() => contextFromJson({ Timestamp: 'today' }))).toBeInstanceOf(ValueError);
    expect(errorOf(() => contextFromJson([]))).toBeInstanceOf(ValueError);
  });

  it('makes a batch of one of a single file', () => {
    expect(render('{{.Count}} {{.TotalSize}} {{range .Items}}{{.ObjectName}}{{end}}')).toBe('1 10000 file.txt');
  });

  it("shows a batch's last file in the plain fields", () => {
    const event = {
      Name: 'alice',
      Items: [
        { ObjectName: 'a', FileSize: 1 },
        { ObjectName: 'b', FileSize: 2 ** 40 },
      ],
    };
    expect(render('{{.Name}} {{.ObjectName}} {{.Count}} {{.TotalSize}}', event)).toBe('alice b 2 1099511627777');
  });

  it.each([
    [1_751_639_405_123, '2025-07-04T16:30:05.123+02:00'],
    [1_751_639_405_123_456_789n, '2025-07-04T16:30:05.123456789+02:00'],
    ['2025-07-04T14:30:05.5+02:00', '2025-07-04T14:30:05.5+02:00'],
    [new Date(0), '1970-01-01T01:00:00+01:00'],
  ])('takes the moment %s', (Timestamp, text) => {
    expect(render('{{.Timestamp.Format "2006-01-02T15:04:05.999999999Z07:00"}}', { Timestamp })).toBe(text);
  });
});

describe('zones', () => {
  it.each([
    ['America/New_York', '10:30 EDT -0400 true'],
    ['Asia/Kolkata', '20:00 IST +0530 false'],
    ['Asia/Tokyo', '23:30 JST +0900 false'],
    ['America/Sao_Paulo', '11:30 -03 -0300 false'],
    ['Australia/Lord_Howe', '01:00 +1030 +1030 false'],
    ['Europe/London', '15:30 BST +0100 true'],
    ['UTC', '14:30 UTC +0000 false'],
  ])('%s', (timeZone, text) => {
    const fields = eventFields(SAMPLE_EVENTS.upload, { timeZone });
    expect(compileTemplate('{{.Timestamp.Format "15:04 MST -0700"}} {{.Timestamp.IsDST}}').render(fields, { timeZone })).toBe(text);
  });
});

describe('file paths', () => {
  it('use the separator of the machine', () => {
    const render = (list: string) =>
      compileTemplate(`{{filePathJoin (stringSlice ${list})}}`).render(eventFields({}), { pathSeparator: '\\' });
    expect(render('"C:/data" "a" "../b"')).toBe('C:\\data\\b');
    expect(render('`\\\\server\\share` "x"')).toBe('\\\\server\\share\\x');
    expect(render('""')).toBe('');
  });
});

describe('empty', () => {
  it('templates render to nothing', () => {
    expect(render('')).toBe('');
    expect(render('{{/* only a comment */}}')).toBe('');
  });
});
