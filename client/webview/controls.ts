/**
 * Owns the controls above the picture: which state is shown, what of it, and the exports. It tells of choices and keeps none.
 */
import type { Reachability } from '../../server/src/lsp/protocol-reachability.ts';
import { button, element } from './dom.ts';
import type { Mode, View } from './view.ts';

export interface ControlEvents {
  readonly change: (change: Partial<View>) => void;
  readonly world: (id: string) => void;
  readonly zoom: (step: 'in' | 'out' | 'fit') => void;
  readonly export: (format: 'svg' | 'mermaid') => void;
}

export interface Controls {
  readonly root: HTMLElement;
  show(picture: Reachability, view: View): void;
}

const MODES: readonly (readonly [Mode, string, string])[] = [
  ['difference', 'Difference', 'What the unsaved changes gain and lose'],
  ['before', 'Before', 'As the files are on disk'],
  ['after', 'After', 'As the files are in the editor'],
];

export function createControls(events: ControlEvents): Controls {
  const modes = modeButtons(events);
  const world = chooser('Applied together', (id) => events.world(id));
  const namespace = chooser('Namespace', (name) => events.change({ namespace: name }));
  const contractor = chooser('Contractor', (name) => events.change({ contractor: name }));
  const search = element('input', {
    type: 'search',
    placeholder: 'Filter by name',
    'aria-label': 'Filter by the name of a workload, a namespace or an address',
  });
  search.addEventListener('input', () => events.change({ text: search.value }));
  const only = element('input', { type: 'checkbox' });
  only.addEventListener('change', () => events.change({ onlyChanges: only.checked }));
  const root = element(
    'header',
    {},
    modes.root,
    ...[world, namespace, contractor].map((choice) => choice.root),
    search,
    element('label', { class: 'check' }, only, 'Changes only'),
    buttons(events),
  );
  return {
    root,
    show(picture, view) {
      modes.show(view.mode);
      world.show(
        picture.worlds.map(({ id, title }) => [id, title]),
        picture.world,
        picture.worlds.length > 1,
      );
      const names = picture.namespaces.map(({ name }): [string, string] => [name, name]);
      namespace.show([['', 'All namespaces'], ...names], view.namespace, true);
      const whose = new Set(picture.namespaces.flatMap((n) => n.contractor || []));
      const contractors = [...whose].sort().map((name): [string, string] => [name, name]);
      contractor.show([['', 'All contractors'], ...contractors], view.contractor, whose.size > 0);
      // What is being typed is not to be replaced.
      if (document.activeElement !== search) search.value = view.text;
      only.checked = view.onlyChanges;
    },
  };
}

function modeButtons({ change }: ControlEvents) {
  const inputs = new Map<Mode, HTMLInputElement>();
  const root = element('fieldset', {}, element('legend', { class: 'unseen' }, 'State'));
  for (const [mode, title, hint] of MODES) {
    const input = element('input', { type: 'radio', name: 'mode', value: mode });
    input.addEventListener('change', () => change({ mode }));
    inputs.set(mode, input);
    root.append(element('label', { title: hint }, input, title));
  }
  const show = (mode: Mode) => {
    for (const [own, input] of inputs) input.checked = own === mode;
  };
  return { root, show };
}

/** A list to choose one of. */
function chooser(label: string, chosen: (value: string) => void) {
  const root = element('select', { 'aria-label': label, title: label });
  root.addEventListener('change', () => chosen(root.value));
  let shown = '';
  const show = (options: readonly (readonly [string, string])[], value: string, isUseful: boolean) => {
    root.classList.toggle('hidden', !isUseful);
    const key = JSON.stringify(options);
    if (key !== shown)
      root.replaceChildren(...options.map(([own, title]) => element('option', { value: own }, title)));
    shown = key;
    root.value = value;
  };
  return { root, show };
}

function buttons(events: ControlEvents): HTMLElement {
  return element(
    'div',
    { class: 'buttons' },
    button('−', { title: 'Zoom out (−)', 'aria-label': 'Zoom out' }, () => events.zoom('out')),
    button('+', { title: 'Zoom in (+)', 'aria-label': 'Zoom in' }, () => events.zoom('in')),
    button('Fit', { title: 'Show all of the picture (0)' }, () => events.zoom('fit')),
    button('SVG…', { title: 'Export the picture as SVG' }, () => events.export('svg')),
    button('Mermaid…', { title: 'Export the picture as Mermaid text' }, () => events.export('mermaid')),
  );
}
