-- Sessions of browsers that begin with another credential, and links that begin one session each.
--
-- What begins with a credential ends with it: `parent` names that credential, `parent_expires` when it ends by itself (a
-- token of the identity provider has no row of its own). A link is spent by being revoked.

alter table credentials
  drop constraint credentials_kind_check,
  add constraint credentials_kind_check check (kind in ('token', 'key', 'session', 'link')),
  add column parent text,
  add column parent_expires timestamptz;
create index credentials_parent on credentials (parent) where parent is not null;
create index credentials_created_by on credentials (created_by) where kind in ('session', 'link');
