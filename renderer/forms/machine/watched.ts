import type { ConnectionProgress } from '../../../engine/contract/push.ts';

/** How far a client comes, in this order; clients may pass over some: plain FTP is not encrypted, scripts do not list. */
export const CONNECTION_STAGES = ['connected', 'encrypted', 'signed-in', 'listed', 'transferred'] as const;
type Stage = (typeof CONNECTION_STAGES)[number];

/** A connection with the stages that were seen of it: its last message, `closed`, no longer tells them. */
export type Watched = { readonly connection: ConnectionProgress; readonly seen: readonly Stage[] };

const MOST = 5;

/** The newest clients from outside, each with how far it came; `connections` is what the console knows now, newest first. */
export function watch(before: readonly Watched[], connections: readonly ConnectionProgress[]): readonly Watched[] {
  return connections
    .filter(({ fromOutside }) => fromOutside)
    .slice(0, MOST)
    .map((connection) => {
      const seen = before.find(({ connection: { id } }) => id === connection.id)?.seen ?? ['connected'];
      const { stage } = connection;
      return { connection, seen: stage === 'closed' || seen.includes(stage) ? seen : [...seen, stage] };
    });
}

export type StageState = 'done' | 'passed-over' | 'broken' | 'waiting';

/** What became of each stage, in order. The first one that a broken connection did not come to is where it broke. */
export function stageStates({ connection, seen }: Watched): readonly (readonly [Stage, StageState])[] {
  const furthest = Math.max(...seen.map((stage) => CONNECTION_STAGES.indexOf(stage)));
  const isBroken = connection.stage === 'closed' && connection.reason !== null;
  return CONNECTION_STAGES.map((stage, index) => {
    if (seen.includes(stage)) return [stage, 'done'];
    if (index < furthest) return [stage, 'passed-over'];
    return [stage, isBroken && index === furthest + 1 ? 'broken' : 'waiting'];
  });
}
