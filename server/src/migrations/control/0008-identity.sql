-- Who is who: kinds of subjects, who is disabled, and the credentials that speak for them.
--
-- Not here: any secret. Of an API key and of a session there is only the SHA-256 of a text with 256 random bits; of a
-- token nothing but its id. A subject of an identity provider is bound to issuer and subject identifier of its first
-- sign-in, so that a name which the provider gives away again does not take its access along.

alter table subjects
  add column kind text not null default 'user' check (kind in ('user', 'service', 'external')),
  add column issuer text,
  add column external_id text,
  -- when the provider made the claims that stand here
  add column claims_at timestamptz,
  add column disabled_at timestamptz,
  add column disabled_by text,
  -- claims that were made before are refused
  add column since timestamptz,
  add constraint subjects_external check ((kind = 'external') = (issuer is not null and external_id is not null));

create unique index subjects_issuer on subjects (issuer, external_id) where issuer is not null;
create index subjects_standing on subjects (id) where disabled_at is not null or since is not null;

create table credentials (
  -- tok_…, key_…, ses_…, or PROVIDER:… for a token of the provider that was revoked
  id text primary key,
  kind text not null check (kind in ('token', 'key', 'session')),
  -- null for a token of the provider: what is known of it is its id
  subject text references subjects (id),
  name text,
  -- SHA-256 of the whole secret, hex
  hash text check ((kind = 'token') = (hash is null)),
  created_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  revoked_by text
);

create index credentials_subject on credentials (subject, id);
create index credentials_revoked on credentials (id) where revoked_at is not null;
create index credentials_expires on credentials (expires_at) where expires_at is not null;
