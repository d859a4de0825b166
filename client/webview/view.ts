/**
 * Owns what a person has chosen to see of the picture. What it makes of the data is decided elsewhere.
 */

export type Mode = 'difference' | 'before' | 'after';

export interface View {
  readonly mode: Mode;
  /** Names; empty for all. */
  readonly namespace: string;
  readonly contractor: string;
  /** Part of the name of a workload, a namespace or a range of addresses. */
  readonly text: string;
  readonly onlyChanges: boolean;
  /** By the name of a namespace: whether it was folded or unfolded by hand. */
  readonly folded: Readonly<Record<string, boolean>>;
  /** The id of the row that is explained. */
  readonly selected: string | null;
  readonly sort: { readonly by: Column; readonly descending: boolean };
}

export const COLUMNS = ['from', 'to', 'ports', 'state'] as const;
export type Column = (typeof COLUMNS)[number];

export const FIRST_VIEW: View = {
  mode: 'difference',
  namespace: '',
  contractor: '',
  text: '',
  onlyChanges: false,
  folded: {},
  selected: null,
  sort: { by: 'state', descending: false },
};

/** What was kept of a view, as far as it still makes sense. */
export function restored(saved: object): View {
  const view = { ...FIRST_VIEW, ...fitting(saved) };
  const isMode = (['difference', 'before', 'after'] as const).includes(view.mode);
  const isSorted = COLUMNS.includes(view.sort.by);
  return {
    ...view,
    mode: isMode ? view.mode : FIRST_VIEW.mode,
    sort: isSorted ? view.sort : FIRST_VIEW.sort,
  };
}

/** The fields that a view has, with values of the same types. */
function fitting(saved: object): Partial<View> {
  const entries = Object.entries(saved).filter(([key, value]) => {
    const first = FIRST_VIEW[key as keyof View];
    if (key === 'selected') return value === null || typeof value === 'string';
    return typeof value === typeof first && value !== null;
  });
  return Object.fromEntries(entries);
}
