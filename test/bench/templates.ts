import { type BenchRow } from './row.ts';
import { spawnSync } from 'node:child_process';
import { compileTemplate, contextFromJson, SAMPLE_EVENTS, type Template, type TemplateFields } from '../../engine/templates/index.ts';
import { buildOracle } from '../engine/templates/oracle.ts';

/** The large JSON example of the documentation that the template language comes from. */
const LARGE_JSON = `{{- $statusMap := createDict 1 "OK" 2 "KO" -}}
{
  "Name": {{.Name | toJson}},
  "VirtualPath": {{.VirtualPath | toJson}},
  "Status": {{.Status}},
  "StatusString": {{ (mapToString .Status $statusMap) | toJson }},
  "Metadata": {{.Metadata | toJson}},
  "ObjectString": {{.Object.JSON | toJson}},
  "ObjectJSON": {{.Object.JSON}}
}
`;

/** Its second one, with a loop. */
const ROLES_JSON = `{{- $keyPrefix := stringJoin (stringSlice "users" .Name) "/" -}}
{
  "username": {{toJson .Name}},
  "status": 1,
  "permissions": {"/":["*"]},
  "filesystem": {
    "provider": 1,
    "s3config": {
      "bucket": "default",
      "region": "default",
      "key_prefix": {{ $keyPrefix | toJson }}
    }
  },
  "groups": [
    {{- $roles := .IDPFields.sftpgo_role -}}
    {{- range $i, $role := $roles -}}
        {{- if ne $i 0}},{{end}}
      {"type": {{if eq $i 0}}1{{else}}2{{end}},
      "name": {{$role | toJson}}}
    {{- end}}
    ]
}
`;

const ZONE = { timeZone: 'Europe/Rome' };

/** Best of three rounds of 0.7 seconds, as the Go program measures. */
function rendersPerSecond(template: Template, fields: TemplateFields): number {
  let best = 0;
  for (let round = 0; round < 3; round++) {
    const start = performance.now();
    let count = 0;
    while (performance.now() - start < 700) {
      for (let i = 0; i < 100; i++) template.render(fields, ZONE);
      count += 100;
    }
    best = Math.max(best, (count * 1000) / (performance.now() - start));
  }
  return Math.round(best);
}

function goRendersPerSecond(oracle: string, context: string, template: string): number {
  const run = spawnSync(oracle, ['bench'], { input: JSON.stringify({ context, template }), encoding: 'utf8', env: { TZ: ZONE.timeZone } });
  const rate = Number(run.stdout);
  if (!(rate > 0)) throw new Error(`The Go program did not measure: ${run.stderr}`);
  return rate;
}

function rateRow(name: string, context: keyof typeof SAMPLE_EVENTS, template: string, oracle: string): BenchRow {
  const fields = contextFromJson(SAMPLE_EVENTS[context], { ...ZONE, seedOnly: true });
  const value = rendersPerSecond(compileTemplate(template), fields);
  const peer = goRendersPerSecond(oracle, context, template);
  return { name, value, unit: 'renders/s', peer, ratio: value / peer, floor: 0.5, better: 'higher' };
}

/** Median time of compiling a template of 10 KB, warmed up. */
function compileRow(): BenchRow {
  const source = LARGE_JSON.repeat(Math.ceil(10_240 / LARGE_JSON.length)).slice(
    0,
    Math.ceil(10_240 / LARGE_JSON.length) * LARGE_JSON.length,
  );
  const times = Array.from({ length: 200 }, () => {
    const start = performance.now();
    compileTemplate(source);
    return performance.now() - start;
  }).sort((a, b) => a - b);
  return { name: 'compile a template of 10 KB', value: Number((times[100] ?? 0).toFixed(3)), unit: 'ms', floor: 5, better: 'lower' };
}

/** Speed of the template language beside Go's own. Needs a Go toolchain; says so when there is none. */
export function benchTemplates(): Promise<BenchRow[]> {
  const oracle = buildOracle();
  return Promise.resolve([
    rateRow('templates: large JSON example, upload', 'upload', LARGE_JSON, oracle),
    rateRow('templates: large JSON example, account', 'provider', LARGE_JSON, oracle),
    rateRow('templates: JSON with a loop', 'idp', ROLES_JSON, oracle),
    compileRow(),
  ]);
}
