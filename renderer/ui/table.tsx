import { createSortedRowModel, rowSortingFeature, type SortingState, tableFeatures, useTable, type ColumnDef } from '@tanstack/react-table';
import { ArrowDown, ArrowUp, Ellipsis } from 'lucide-react';
import { type ReactElement, type ReactNode, useMemo, useRef, useState } from 'react';
import { Link as RouteLink } from 'wouter';
import { uiText } from '../text/ui.ts';
import { classes } from './classes.ts';
import { IconButton } from './icon-button.tsx';

import { Menu, type MenuAction, type MenuEntry } from './menu.tsx';
import { rowAfter, rowMove } from './row-keys.ts';

export type Column<Row> = {
  readonly id: string;
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  /** Makes the column sortable by this value; null comes last. */
  readonly sortBy?: ((row: Row) => string | number | boolean | null) | undefined;
  /** `end` for figures. */
  readonly align?: 'start' | 'end' | undefined;
  /** Left out where the table is narrower than 640 pixels. */
  readonly wideOnly?: boolean | undefined;
  /** Says the title to screen readers only, as above switches. */
  readonly hideTitle?: boolean | undefined;
};

export type TableProps<Row> = {
  /** What the rows are, for screen readers. */
  readonly label: string;
  readonly rows: readonly Row[];
  /** The first one is a name or a sentence: it opens the row. Keep it the same object between renderings. */
  readonly columns: readonly Column<Row>[];
  readonly rowId: (row: Row) => string;
  /** The row's name in the names of its buttons. */
  readonly rowName: (row: Row) => string;
  /** Where a row leads. */
  readonly rowHref?: ((row: Row) => string) | undefined;
  /** Opens a row, as in a panel beside the table. */
  readonly onOpen?: ((row: Row) => void) | undefined;
  /** Id of the row whose details are open. */
  readonly openId?: string | undefined;
  /** The row's actions; those with an icon and `quick` stand in the row on hover and focus, all of them in its menu. A row may have none. */
  readonly actions?: ((row: Row) => readonly RowAction[]) | undefined;
  readonly dense?: boolean | undefined;
  readonly initialSort?: { readonly column: string; readonly descending?: boolean | undefined } | undefined;
};

export type RowAction = (MenuAction & { readonly quick?: boolean | undefined }) | 'separator';

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });

/** A table with a sticky header; J, K and the arrows move between rows, Enter opens one. */
export function Table<Row extends object>(props: TableProps<Row>): ReactElement {
  const { label, rows, columns, rowId, openId, dense = false, initialSort } = props;
  const actions = rows.some((row) => (props.actions?.(row).length ?? 0) > 0) ? props.actions : undefined;
  const body = useRef<HTMLTableSectionElement>(null);
  const [current, setCurrent] = useState<string | undefined>(undefined);
  const [sorting, setSorting] = useState<SortingState>(
    initialSort === undefined ? [] : [{ id: initialSort.column, desc: initialSort.descending ?? false }],
  );
  const definitions = useMemo(() => columns.map((column) => definition(column)), [columns]);
  const table = useTable({
    features,
    columns: definitions,
    data: rows,
    getRowId: rowId,
    state: { sorting },
    onSortingChange: setSorting,
  });
  const shown = table.getRowModel().rows;
  const ids = shown.map((row) => row.id);
  // One row takes part in the tab order: the one that was used last, else the open one, else the first.
  const tabStop = [current, openId, ids[0]].find((id) => id !== undefined && ids.includes(id));

  return (
    <div className="@container">
      <table aria-label={label} className="w-full border-separate border-spacing-0 text-sm">
        <thead>
          <tr>
            {columns.map((column) => (
              <Heading
                key={column.id}
                column={column}
                sort={sorting.find(({ id }) => id === column.id)}
                onSort={(next) => setSorting([next])}
              />
            ))}
            {actions !== undefined && (
              <th scope="col" className={classes(HEAD, 'w-px')}>
                <span className="sr-only">{uiText.actions}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody
          ref={body}
          onKeyDown={(event) => {
            const move = rowMove(event);
            if (move === undefined || ids.length === 0) return;
            event.preventDefault();
            const at = ids.indexOf((event.target as Element).closest('tr')?.dataset['row'] ?? '');
            const opener = body.current?.rows[rowAfter(move, at, ids.length)]?.querySelector<HTMLElement>('[data-row-opener]');
            opener?.focus();
          }}
        >
          {shown.map((row) => (
            <TableRow
              key={row.id}
              {...props}
              actions={actions}
              row={row.original}
              id={row.id}
              dense={dense}
              tabStop={row.id === tabStop}
              onFocus={() => setCurrent(row.id)}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

const HEAD = 'sticky top-0 z-[2] h-8 border-b border-line bg-page px-3 text-xs font-medium text-muted whitespace-nowrap first:ps-3';

function definition<Row extends object>(column: Column<Row>): ColumnDef<typeof features, Row> {
  return {
    id: column.id,
    accessorFn: (row: Row) => column.sortBy?.(row) ?? undefined,
    enableSorting: column.sortBy !== undefined,
    sortUndefined: 'last',
    sortFn: (a, b, id) => compare(a.getValue(id), b.getValue(id)),
  };
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

function compare(a: unknown, b: unknown): number {
  return typeof a === 'string' && typeof b === 'string' ? collator.compare(a, b) : Number(a) - Number(b);
}

type HeadingProps<Row> = {
  readonly column: Column<Row>;
  readonly sort: { readonly desc: boolean } | undefined;
  readonly onSort: (sort: { id: string; desc: boolean }) => void;
};

function Heading<Row>({ column, sort, onSort }: HeadingProps<Row>): ReactElement {
  const Arrow = sort?.desc === true ? ArrowDown : ArrowUp;
  return (
    <th
      scope="col"
      aria-sort={sort === undefined ? undefined : sort.desc ? 'descending' : 'ascending'}
      className={classes(HEAD, column.align === 'end' ? 'text-end' : 'text-start', column.wideOnly === true && 'hidden @2xl:table-cell')}
    >
      {column.sortBy === undefined ? (
        <span className={classes(column.hideTitle === true && 'sr-only')}>{column.title}</span>
      ) : (
        <button
          type="button"
          className="-mx-1 inline-flex h-6 items-center gap-1 rounded-sm px-1 hover:text-text"
          onClick={() => onSort({ id: column.id, desc: sort?.desc === false })}
        >
          {column.title}
          {sort !== undefined && <Arrow aria-hidden className="size-3.5" />}
        </button>
      )}
    </th>
  );
}

type TableRowProps<Row> = Pick<TableProps<Row>, 'columns' | 'rowName' | 'rowHref' | 'onOpen' | 'openId' | 'actions'> & {
  readonly row: Row;
  readonly id: string;
  readonly dense: boolean;
  readonly tabStop: boolean;
  readonly onFocus: () => void;
};

function TableRow<Row>({
  columns,
  rowName,
  rowHref,
  onOpen,
  openId,
  actions,
  row,
  id,
  dense,
  tabStop,
  onFocus,
}: TableRowProps<Row>): ReactElement {
  const opens = rowHref !== undefined || onOpen !== undefined;
  const open = id === openId;
  return (
    <tr
      data-row={id}
      aria-current={open ? 'true' : undefined}
      onFocus={onFocus}
      className={classes('group/row relative', opens && 'hover:bg-hover', open && 'bg-accent-soft forced-colors:outline')}
    >
      {columns.map((column, index) => (
        <td
          key={column.id}
          className={classes(
            'border-b border-line px-3 @max-2xl:wrap-anywhere',
            dense ? 'h-7' : 'h-9',
            column.align === 'end' ? 'figures text-end whitespace-nowrap' : 'text-start',
            column.wideOnly === true && 'hidden @2xl:table-cell',
          )}
        >
          {index === 0 && opens ? (
            <Opener href={rowHref?.(row)} onOpen={onOpen === undefined ? undefined : () => onOpen(row)} tabStop={tabStop}>
              {column.cell(row)}
            </Opener>
          ) : (
            column.cell(row)
          )}
        </td>
      ))}
      {actions !== undefined && (
        <td className="border-b border-line px-1">
          <RowActions name={rowName(row)} actions={actions(row)} />
        </td>
      )}
    </tr>
  );
}

/** The first cell's content as the control that opens the row; the whole row takes its press. */
function Opener({
  href,
  onOpen,
  tabStop,
  children,
}: {
  readonly href: string | undefined;
  readonly onOpen: (() => void) | undefined;
  readonly tabStop: boolean;
  readonly children: ReactNode;
}): ReactElement {
  const look =
    'max-w-full rounded-sm text-start after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:rounded-sm focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus';
  return href === undefined ? (
    <button type="button" data-row-opener tabIndex={tabStop ? 0 : -1} onClick={onOpen} className={look}>
      {children}
    </button>
  ) : (
    <RouteLink href={href} data-row-opener tabIndex={tabStop ? 0 : -1} className={look}>
      {children}
    </RouteLink>
  );
}

function RowActions({ name, actions }: { readonly name: string; readonly actions: readonly RowAction[] }): ReactElement {
  const quick = actions.filter((action) => action !== 'separator').filter((action) => action.quick === true && action.icon !== undefined);
  return (
    <div className="relative z-[1] flex justify-end opacity-0 group-focus-within/row:opacity-100 group-hover/row:opacity-100 has-data-popup-open:opacity-100 [@media(hover:none)]:opacity-100">
      {quick.map(
        (action) =>
          action.icon !== undefined && (
            <IconButton
              key={action.label}
              icon={action.icon}
              name={`${action.label}: ${name}`}
              disabled={action.disabled}
              onClick={action.onSelect}
            />
          ),
      )}
      {actions.length > 0 && (
        <Menu
          align="end"
          entries={actions satisfies readonly MenuEntry[]}
          trigger={<IconButton icon={Ellipsis} name={uiText.moreActions(name)} />}
        />
      )}
    </div>
  );
}
