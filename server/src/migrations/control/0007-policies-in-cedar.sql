-- Policies in Cedar: the owner's text beside the short forms, and the mesh's own policies, each version signed.

alter table policies add column cedar text;
-- Names of subject attributes that the text asks for
alter table policies add column subject_attributes jsonb not null default '[]';
-- DSSE envelope of the version; null for versions from before there were signatures
alter table policies add column envelope jsonb;

create table mesh_policies (
  version integer primary key,
  cedar text not null,
  subject_attributes jsonb not null,
  -- Tags by domain: {"sales": {"region": ["eu"]}}
  domain_tags jsonb not null,
  -- Domains whose policies are changed only by a plan that was looked at
  production_domains jsonb not null,
  hash text not null,
  predecessor text,
  envelope jsonb not null,
  updated_by text not null,
  updated_at timestamptz not null
);
create trigger mesh_policies_frozen before update or delete on mesh_policies for each row execute function refuse_change();

-- Changes whose effect somebody looked at, by the hash of product, version before and content
create table policy_plans (
  plan text primary key,
  product text not null,
  made_by text not null,
  made_at timestamptz not null
);
