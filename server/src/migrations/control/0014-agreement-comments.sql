-- What the parties of an agreement say to each other about it. Texts are theirs: no event and no audit entry repeats them.

create table agreement_comments (
  comment text primary key,
  agreement text not null references agreements (agreement),
  author text not null references subjects (id),
  text text not null,
  at timestamptz not null
);
create index agreement_comments_by_agreement on agreement_comments (agreement, comment);

-- One event, or one contract version, by its id alone.
create index events_by_id on events (id);
