export { GroupsPage } from './groups-page.tsx';
export { NewPartnerPage } from './new-partner-page.tsx';
export { PartnerPage } from './partner-page.tsx';
export { PartnersPage } from './partners-page.tsx';
