export { FlowPage } from './flow-page.tsx';
export { FlowsPage } from './flows-page.tsx';
export { RulesPage } from './rules-page.tsx';
export { RunPage } from './run-page.tsx';
export { RuleWizardPage } from './wizard-page.tsx';
