export const RulesPage = () => null;
export const RuleWizardPage = () => null;
export const RunPage = () => null;
