-- Requests that carried an Idempotency-Key and what they were answered; a row without an answer is under way.

create table idempotency (
  subject text not null,
  key text not null,
  fingerprint text not null,
  claimed_at timestamptz not null,
  answer jsonb,
  primary key (subject, key)
);
create index idempotency_claimed on idempotency (claimed_at);
