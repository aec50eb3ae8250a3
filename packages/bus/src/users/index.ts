export {
  type BusUser,
  busUsers,
  type Permissions,
  permissionsOf,
  type Subscriber,
  subscriberPermissions,
  subscriberUser,
} from './permissions.js';
export { UsersFolder } from './users-folder.js';
