import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it, test } from 'vitest';
import type { StoredEvent } from '../../../engine/contract/event.ts';
import { EVENTS, type EventType, eventSentence, NOT_YET_EMITTED } from '../../../engine/events/catalog.ts';

const ENGINE = new URL('../../../engine/', import.meta.url).pathname;

/** The types of the seed (attributes and poll: its tags). */
const SEED = `API_CALL API_PROGRESS ASSET_DOWNLOAD ASSET_EXPORT_DOWNLOAD ASSET_EXPORT_TRANSPORT_DOWNLOAD ASSET_EXPORT_TRANSPORT_COPY
  ASSET_EXPORT_TRANSPORT_COPY_SCHEDULED COLLECTION_OWNER_RIGHTS_ERROR EMAIL_SENT EXPORT_ASSET EXPORT_FAILED EXPORT_FINISH EXPORT_OBJECT
  EXPORT_STOPPED LOGIN_FAILED SCHEMA_COMMIT SERVER_SHUTDOWN SERVER_START USER_LOGIN OBJECT_INDEX OBJECT_INSERT OBJECT_UPDATE OBJECT_DELETE
  USER_LOGOUT DOWNLOAD_EXPORT EXPORT_INSERT EXPORT_START EXPORT_UPDATE USER_ACCEPTED_MESSAGE SEARCH DETAIL_VIEW SESSION_INVALID
  RESOURCE_NOT_AVAILABLE BASE_CONFIG_UPDATE`.split(/\s+/);
const SEED_POLLABLE = ['API_PROGRESS', 'SCHEMA_COMMIT', 'USER_LOGIN', 'OBJECT_UPDATE', 'OBJECT_DELETE', 'USER_LOGOUT'];

const EMPTY: StoredEvent = {
  _id: 1,
  timestamp: '2026-11-21T12:00:00.000Z',
  type: 'SERVER_START',
  ipv4_address: null,
  pollable: false,
  schema: null,
  basetype: null,
  objecttype: null,
  object_id: null,
  global_object_id: null,
  object_version: null,
  info: {},
  _session: null,
  _user: null,
  protocol: null,
  client: null,
  path: null,
  target_path: null,
  bytes: null,
  duration_ms: null,
  outcome: 'ok',
  batch_id: null,
  origin: 'system',
  caused_by: null,
};

describe('the catalogue', () => {
  it('has all 34 types of the seed, those pollable that are so there', () => {
    expect(SEED).toHaveLength(34);
    expect(SEED.filter((type) => !Object.hasOwn(EVENTS, type))).toEqual([]);
    expect(SEED.filter((type) => EVENTS[type as EventType].pollable).sort()).toEqual([...SEED_POLLABLE].sort());
  });

  it.each(Object.keys(EVENTS))('has a sentence for %s even when nothing is known', (type) => {
    expect(eventSentence({ ...EMPTY, type })).toMatch(/\S/);
  });

  it('gives a type of a newer program a neutral row', () => {
    expect(eventSentence({ ...EMPTY, type: 'TELEPORTED' })).toBe('TELEPORTED');
  });
});

test('the list of types that nothing records yet is true', () => {
  const recorded = recordedTypes();
  const types = Object.keys(EVENTS);
  expect(types.filter((type) => recorded.has(type) && Object.hasOwn(NOT_YET_EMITTED, type))).toEqual([]);
  expect(types.filter((type) => !recorded.has(type) && !Object.hasOwn(NOT_YET_EMITTED, type))).toEqual([]);
});

/** Types of the drafts that the source makes: objects with `type` and `info`, as the log takes them, and not with the columns of a stored event. */
function recordedTypes(): Set<string> {
  const found = new Set<string>();
  for (const file of globSync('**/*.ts', { cwd: ENGINE })) {
    if (/^(contract|store)\b/.test(file)) continue;
    const source = ts.createSourceFile(file, readFileSync(join(ENGINE, file), 'utf8'), ts.ScriptTarget.Latest, true);
    const look = (node: ts.Node): void => {
      if (ts.isObjectLiteralExpression(node)) for (const type of draftTypes(node)) found.add(type);
      ts.forEachChild(node, look);
    };
    look(source);
  }
  return found;
}

function draftTypes(literal: ts.ObjectLiteralExpression): readonly string[] {
  const members = new Map(literal.properties.map((one) => [one.name?.getText() ?? '', one]));
  const [type, info] = [members.get('type'), members.get('info')];
  if (type === undefined || info === undefined || ['schema', 'basetype', 'objecttype', 'emittedWhen'].some((key) => members.has(key)))
    return [];
  return ts.isShorthandPropertyAssignment(type) ? typesOfParameter(type) : ts.isPropertyAssignment(type) ? textsOf(type.initializer) : [];
}

/** The texts that an expression may be: a literal, or one of two. */
function textsOf(expression: ts.Expression): readonly string[] {
  if (ts.isConditionalExpression(expression)) return [...textsOf(expression.whenTrue), ...textsOf(expression.whenFalse)];
  return ts.isStringLiteral(expression) ? [expression.text] : [];
}

/** The literals of a parameter's type, which its own file declares. */
function typesOfParameter(use: ts.ShorthandPropertyAssignment): readonly string[] {
  const declared = ts.findAncestor(use, ts.isFunctionLike)?.parameters.find((one) => one.name.getText() === use.name.text)?.type;
  if (declared === undefined) return [];
  const alias = use.getSourceFile().statements.find((one) => ts.isTypeAliasDeclaration(one) && one.name.text === declared.getText());
  return [...(alias ?? declared).getText().matchAll(/'([A-Z_]+)'/g)].map(([, name = '']) => name);
}
